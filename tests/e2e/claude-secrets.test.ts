/**
 * Where a login may be and where it must never be seen: planted tokens are looked for in everything that perch prints,
 * logs, records and hands to its own processes, while sessions of the real Claude Code log in, refresh, crash and end.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { credentialFile, loginIn, loginVariables } from '../kit/agent-lab/claude.js'
import { addClaudeProfile, durableCredentials, logInProfile, withClaude } from '../kit/agent-lab/claude-profile.js'
import { labAnswer } from '../kit/agent-lab/claude-screen.js'
import { INSTALL_BOUND_MS, requiresClaude } from '../kit/agent-lab/install-agent.js'
import { startLoginProvider } from '../kit/agent-lab/login-provider.js'
import { perch } from '../kit/perch-program.js'
import { daemonPid, killAtOnce, runtimeReleased, showSession, startSession } from '../kit/perch-session.js'
import { requiresPlatform } from '../kit/requirement.js'
import { temporaryHome } from '../kit/temporary-home.js'

const LAB = { timeout: INSTALL_BOUND_MS }

const WORK = 'work@example.test'

/** In the shell, in the profile, on the command line, and what the provider gives out. */
const KEY_OF_SHELL = 'planted-key-of-the-shell'
const KEY_OF_PROFILE = 'planted-key-of-the-profile'
const KEY_OF_FLAG = 'planted-key-of-the-flag'
const SECRET = /planted-key-of-\w+(-\w+)*|sk-ant-o[ar]t01-invented-[0-9a-f]+/g

test('a login is in one live place, and nothing of it is printed, logged, recorded or passed on', LAB, async (context) => {
  requiresPlatform(context, 'linux')
  const claude = await requiresClaude(context)
  await using base = temporaryHome({ mayLeave: ['lock', 'socket', 'staging-file'] })
  await using provider = await startLoginProvider(labAnswer)
  const home = withClaude(base, claude, { ...loginVariables(provider), ANTHROPIC_API_KEY: KEY_OF_SHELL })
  const cwd = home.folder('project')
  const printed: string[] = []
  const run = async (args: readonly string[]) => {
    const done = await perch(home, args, { cwd })
    // The program's own words come last; these commands print nothing of the login either.
    printed.push(done.stdout.toString(), done.stderr)
    return done
  }
  await addClaudeProfile(home, 'work', { SERVICE_TOKEN: KEY_OF_PROFILE })
  await logInProfile(home, 'work', WORK, provider.accounts.logIn(WORK, 'expired'))

  await run(['run', 'work', '--', '-p', 'first'])
  const session = await startSession(home, 'exec', ['work', '--env', `FLAG_TOKEN=${KEY_OF_FLAG}`, '--', 'sleep', '1000'], { cwd })
  const { hostPid } = await showSession(home, session.id)
  const daemon = await daemonPid(home)
  for (const pid of [daemon, hostPid]) {
    for (const file of ['environ', 'cmdline']) {
      expect(readFileSync(`/proc/${pid}/${file}`, 'utf8'), `${file} of ${pid}`).not.toMatch(SECRET)
    }
  }
  killAtOnce(home, session.id)
  for (const args of [
    ['profile', 'ls'],
    ['profile', 'show', 'work'],
    ['ls', '-a'],
    ['show', session.id],
    ['profile', 'rm', 'work'],
  ]) {
    await run(args)
    await run([...args, '--json'])
  }
  await run(['run', 'work', '--', '-p', 'second'])
  await run(['daemon', 'logs'])
  await runtimeReleased(home, 'work')

  expect(printed.join('\n')).not.toMatch(SECRET)
  const current = loginIn(durableCredentials(home, 'work'))
  expect(provider.accounts.isCurrent(current)).toBe(true)
  expect(filesHolding(home.root, current.refreshToken)).toEqual(['p/profiles/work/credentials/.credentials.json'])
  // What `perch profile add --env` was told to keep; and the test's own staging of the first login.
  expect(filesHolding(home.root, SECRET).filter((path) => !path.startsWith('staged/'))).toEqual([
    'p/profiles/work/credentials/.credentials.json',
    'p/profiles/work/profile.toml',
  ])

  expect((await run(['profile', 'rm', 'work', '--yes'])).code).toBe(0)
  expect(filesHolding(home.root, SECRET).filter((path) => !path.startsWith('staged/'))).toEqual([])
})

test('a new login beside a refused one: the old is kept aside until the profile goes', LAB, async (context) => {
  const claude = await requiresClaude(context)
  await using base = temporaryHome()
  await using provider = await startLoginProvider(labAnswer)
  const home = withClaude(base, claude, loginVariables(provider))
  await addClaudeProfile(home, 'work')
  const spent = provider.accounts.logIn(WORK, 'expired')
  provider.accounts.refresh(spent.refreshToken)
  await logInProfile(home, 'work', WORK, spent)

  const refused = await perch(home, ['run', 'work', '--', '-p', 'hi'], { cwd: home.folder('project') })
  expect(refused.code).not.toBe(0)
  await runtimeReleased(home, 'work')

  expect(JSON.stringify(credentialFile(spent))).toContain(spent.refreshToken)
  const holding = filesHolding(home.root, spent.refreshToken).filter((path) => !path.startsWith('staged/'))
  expect(holding).toEqual([expect.stringMatching(/^p\/conflicts\/work\/[^/]+-\.credentials\.json$/)])
  expect((await perch(home, ['profile', 'rm', 'work', '--yes'])).code).toBe(0)
  expect(filesHolding(home.root, spent.refreshToken).filter((path) => !path.startsWith('staged/'))).toEqual([])
})

/** Files below the folder, links not followed, whose text holds this, as sorted relative paths. */
function filesHolding(root: string, secret: string | RegExp): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path, 'utf8').search(secret instanceof RegExp ? new RegExp(secret.source) : secret) !== -1)
    .map((path) => relative(root, path))
    .sort()
}
