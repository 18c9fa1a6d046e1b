/**
 * `npm test`: sets up, then the checks (types, lint and import direction, unused code) and every test. Arguments go to
 * the test runner: `npm test -- tests/host`. With PERCH_TEST_STRICT=1 a test that would be skipped fails instead.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fail, root, say, setUp } from './setup.mjs'

/** Written by the reporter that vitest.config.ts names. */
const RESULTS = join(root, 'node_modules/.cache/perch-tests.json')

if (spawnSync('git', ['--version']).error)
  fail('git is needed to run the tests (the checks follow .gitignore).', 'Install git and run the command again.')
setUp()

say('checking types, lint, import direction and unused code')
for (const check of ['check:types', 'check:lint', 'check:unused']) step(check, npmRun(check))

say('running the tests')
rmSync(RESULTS, { force: true })
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const status = node([vitest, 'run', ...process.argv.slice(2)])
closingLine()
process.exit(status)

function step(name, status) {
  if (status !== 0) fail(`${name} failed; the messages above say where.`, `Run it alone with: npm run ${name}`)
}

function npmRun(script) {
  const npm = process.env.npm_execpath
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []]
  return spawnSync(command, [...first, 'run', '--silent', script], { cwd: root, stdio: 'inherit' }).status ?? 1
}

function node(args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1
}

/** One plain line that any CI can read. */
function closingLine() {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(RESULTS, 'utf8'))
  process.stdout.write(`tests: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped\n`)
}
