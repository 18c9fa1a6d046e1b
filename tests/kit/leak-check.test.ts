import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tryFileLock } from '../../src/platform/files/file-lock.js'
import { identifyProcess, livenessOf } from '../../src/platform/process/process-identity.js'
import { collectLeaks, failOnLeaks, takeBaseline } from './leak-check.js'
import { runProgram } from './running-program.js'
import { temporaryHome } from './temporary-home.js'
import { workerFolder, workerFolderEntries } from './worker-folder.js'

/** What is there now is a leak: nobody is about to end it. */
const AT_ONCE_MS = 0

test('a process that left its parent and its group is found by its environment, named and ended', async () => {
  const baseline = takeBaseline()
  const mark = join(workerFolder(), 'somewhere')
  const pid = await startOrphan({ SOME_VARIABLE: mark })
  const identity = identifyProcess(pid)

  const leaks = await collectLeaks(baseline, AT_ONCE_MS)

  expect(leaks).toEqual([{ kind: 'process', what: expect.stringContaining(`${pid} sleep`) }])
  expect(await collectLeaks(baseline)).toEqual([])
  expect(identity && livenessOf(identity)).toBe('dead')
})

test('a child with an empty environment is found by its parent', async () => {
  const baseline = takeBaseline()
  const child = await startChild('sleep', ['1000'], {})

  expect(await collectLeaks(baseline, AT_ONCE_MS)).toEqual([{ kind: 'process', what: `${child.pid} sleep 1000` }])
  await once(child, 'exit')
})

test('a process that was told to end and is just doing so is no leak', async () => {
  const baseline = takeBaseline()
  const child = await startChild('sh', ['-c', 'read -r line; sleep 0.2'], { MARK: workerFolder() })
  child.stdin?.end()

  expect(await collectLeaks(baseline)).toEqual([])
})

test('what was there before the test is none of its leaks, nor is what a shared folder started since', async () => {
  mkdirSync(join(workerFolder(), 'shared'))
  const before = await startChild('sleep', ['1000'], {})
  const baseline = takeBaseline()
  const since = await startChild('sleep', ['1000'], { HOME: join(workerFolder(), 'shared') })

  expect(await collectLeaks(baseline, AT_ONCE_MS)).toEqual([])
  for (const child of [before, since]) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  expect(await collectLeaks({ entries: new Set(), processes: new Set() })).toEqual([{ kind: 'folder', what: 'shared' }])
})

test('a folder left in the temporary folder is named and removed', async () => {
  const baseline = takeBaseline()
  mkdirSync(join(workerFolder(), 'left-over'))

  expect(await collectLeaks(baseline)).toEqual([{ kind: 'folder', what: 'left-over' }])
  expect(workerFolderEntries()).not.toContain('left-over')
})

test('a home reports sockets, staging files, held locks and lock folders that nobody cleaned up', async () => {
  const baseline = takeBaseline()
  const home = temporaryHome()
  mkdirSync(home.perchHome)
  const server = createServer().listen(join(home.perchHome, 'left.sock'))
  await once(server, 'listening')
  writeFileSync(join(home.home, 'settings.json.0123.perch-tmp'), '')
  mkdirSync(join(home.home, '.claude.lock'))
  const lock = tryFileLock(join(home.perchHome, 'held.lock'))
  tryFileLock(join(home.perchHome, 'free.lock'))?.close()

  await home[Symbol.asyncDispose]()
  lock?.close()
  await new Promise((resolve) => server.close(resolve))

  expect(new Set(await collectLeaks(baseline))).toEqual(
    new Set([
      { kind: 'socket', what: 'p/left.sock' },
      { kind: 'staging-file', what: 'home/settings.json.0123.perch-tmp' },
      { kind: 'lock', what: 'home/.claude.lock' },
      { kind: 'lock', what: 'p/held.lock (held)' },
    ]),
  )
})

test('a test that kills in the middle of work may say what it leaves', async () => {
  const baseline = takeBaseline()
  const home = temporaryHome({ mayLeave: ['staging-file'] })
  writeFileSync(join(home.home, 'half.perch-tmp'), '')
  mkdirSync(join(home.home, '.claude.lock'))

  await home[Symbol.asyncDispose]()

  expect(await collectLeaks(baseline)).toEqual([{ kind: 'lock', what: 'home/.claude.lock' }])
})

test('leaks fail a test with the name of each', () => {
  expect(() => failOnLeaks([{ kind: 'socket', what: 'p/perchd.sock' }], '"a story"')).toThrow(
    /"a story".*\n.*socket: p\/perchd\.sock/,
  )
  expect(() => failOnLeaks([], '"a story"')).not.toThrow()
})

/** A `sleep` that is adopted by init: the shell that started it in the background is gone. */
async function startOrphan(variables: Readonly<Record<string, string>>): Promise<number> {
  const env = { PATH: process.env.PATH ?? '', ...variables }
  const started = await runProgram('setsid', ['sh', '-c', 'sleep 1000 >/dev/null 2>&1 & echo $!'], { env })
  return Number(started.stdout)
}

async function startChild(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const child = spawn(program, args, { env: { ...env }, stdio: ['pipe', 'ignore', 'ignore'], argv0: program })
  await once(child, 'spawn')
  return child
}
