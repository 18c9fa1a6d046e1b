/**
 * What a person can get wrong, or find broken, as the built program answers it: one code, one exit code, one next step, and
 * nothing half-made left behind.
 */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { ErrorReply } from '../../src/api/control.js'
import { daemonSocketPath, profileFolder, sessionFolder } from '../../src/platform/paths.js'
import { type PerchOptions, perch, perchText } from '../kit/perch-program.js'
import { showSession } from '../kit/perch-session.js'
import { requiresPlatform, requiresRoot } from '../kit/requirement.js'
import { type TestHome, temporaryHome } from '../kit/temporary-home.js'

interface Expected {
  readonly code: string
  readonly exitCode: number
  /** In the line below the message. */
  readonly hint: RegExp
  readonly message?: RegExp
}

/** The command fails with this, in text and as a document, and leaves nothing. */
async function expectFailure(home: TestHome, args: readonly string[], expected: Expected, options: PerchOptions = {}) {
  const before = traces(home)
  const text = await perch(home, args, options)
  expect({ args, code: text.code, stdout: text.stdout.toString() }).toEqual({ args, code: expected.exitCode, stdout: '' })
  const [first = '', ...next] = text.stderr.split('\n')
  expect(first).toMatch(/^perch: /)
  expect(text.stderr).toMatch(expected.message ?? /./)
  expect(next.join('\n')).toMatch(expected.hint)
  expect(text.stderr).not.toMatch(/bug in perch|\n {4}at /)

  if (NO_DOCUMENT.has(args[0] ?? '')) return
  const end = args.indexOf('--')
  const document = await perch(home, args.toSpliced(end < 0 ? args.length : end, 0, '--json'), options)
  expect(document.code).toBe(expected.exitCode)
  const { error } = v.parse(ErrorReply, JSON.parse(document.stdout.toString()))
  expect(error.code).toBe(expected.code)
  expect(error.hint).toMatch(expected.hint)
  expect(traces(home)).toEqual(before)
}

/** Verbs that give the bytes of a session. */
const NO_DOCUMENT = new Set(['attach', 'logs'])

/** What a session that was not started must not have left. */
function traces({ paths, home }: TestHome): readonly string[] {
  const below = (folder: string) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [])
  const leases = below(join(paths.data, 'profiles')).flatMap((profile) => below(join(profile, 'leases')))
  return [...below(join(paths.state, 'sessions')), ...below(join(paths.runtime, 's')), ...leases, ...below(home)].sort()
}

/** A program that stands for the agent on PATH. */
function installAgent(home: TestHome, mode = 0o755): PerchOptions {
  const bin = home.folder('bin')
  writeFileSync(join(bin, 'claude'), '#!/bin/sh\necho agent\n', { mode })
  return { env: { PATH: `${bin}:/usr/bin:/bin` } }
}

const RUN = ['exec', '-d', '--', 'true']

describe('names', () => {
  test('of profiles and sessions that there are not', async () => {
    await using home = temporaryHome()
    const noSession = { code: 'session-not-found', exitCode: 3, hint: /perch ls -a/ }
    for (const verb of ['show', 'attach', 'logs', 'wait']) await expectFailure(home, [verb, 'nobody'], noSession)
    await expectFailure(home, ['send', 'nobody', 'hello'], noSession)
    await expectFailure(home, ['resize', 'nobody', '80x24'], noSession)
    await expectFailure(home, ['show', ''], noSession)
    const noProfile = { code: 'profile-not-found', exitCode: 3, hint: /Known profiles: default\. .*perch profile add nobody/ }
    await expectFailure(home, ['run', 'nobody', '-d'], noProfile)
    await expectFailure(home, ['profile', 'show', 'nobody'], noProfile)
  })

  test('that may mean two sessions', async () => {
    await using home = temporaryHome()
    const ids = new Set<string>()
    // Seventeen ids cannot all begin with another of the sixteen digits.
    for (let count = 0; count < 17; count++) ids.add(await perchText(home, RUN))
    const firsts = [...ids].map((id) => id.charAt(0))
    const twice = firsts.find((digit, index) => firsts.indexOf(digit) !== index) ?? ''
    await expectFailure(home, ['show', twice], { code: 'ambiguous-session', exitCode: 3, hint: /Give more of the id/ })
  })

  test('that cannot be names', async () => {
    await using home = temporaryHome()
    for (const name of ['../x', '', 'a'.repeat(300), '.', '-', 'a b', 'a\u001b[31m']) {
      const bad = { code: 'bad-name', exitCode: 2, hint: /Use letters, digits/ }
      await expectFailure(home, ['exec', '-d', `--name=${name}`, '--', 'true'], bad)
      if (name !== '-') await expectFailure(home, ['profile', 'add', name], bad)
    }
    for (const name of ['con', 'NUL', 'default']) {
      await expectFailure(home, ['profile', 'add', name], { code: 'bad-name', exitCode: 2, hint: /./, message: /reserved/ })
    }
  })

  test('that are taken', async () => {
    await using home = temporaryHome()
    const id = await perchText(home, ['exec', '-d', '-n', 'one', '--', 'sleep', '100'])
    const again = ['exec', '-d', '-n', 'one', '--', 'true']
    await expectFailure(home, again, { code: 'name-taken', exitCode: 4, hint: /perch attach one/, message: new RegExp(id) })
  })
})

describe('what is to be run', () => {
  test('an agent that is not installed, or may not be executed', async () => {
    await using home = temporaryHome()
    await perchText(home, ['profile', 'add', 'work', '--agent', 'claude'])
    const nothing = { env: { PATH: '/usr/bin:/bin' } }
    const missing = { code: 'agent-not-installed', exitCode: 127, hint: /Install it with: / }
    await expectFailure(home, ['run', 'work', '-d'], missing, nothing)
    const blocked = { code: 'program-not-executable', exitCode: 126, hint: /./ }
    await expectFailure(home, ['run', 'work', '-d'], blocked, installAgent(home, 0o644))
  })

  test('a program, a folder', async () => {
    await using home = temporaryHome()
    await expectFailure(home, ['exec', '-d', '--', 'no-such-program'], { code: 'program-not-found', exitCode: 127, hint: /./ })
    await expectFailure(home, ['exec', '-d', '--', home.home], { code: 'program-not-executable', exitCode: 126, hint: /./ })
    const elsewhere = ['exec', '-d', '--cwd', join(home.root, 'gone'), '--', 'true']
    await expectFailure(home, elsewhere, { code: 'folder-not-found', exitCode: 1, hint: /--cwd/ })
  })

  test('in a shared home that cannot be reached', async () => {
    await using home = temporaryHome()
    const options = installAgent(home)
    await perchText(home, ['profile', 'add', 'work', '--agent', 'claude'])
    const unreadable = { code: 'shared-home-unreadable', exitCode: 1, hint: /owner, its permissions and where it links to/ }
    symlinkSync(join(home.root, 'unplugged', 'disk'), join(home.home, '.claude'))
    await expectFailure(home, ['run', 'work', '-d'], unreadable, options)
    rmSync(join(home.home, '.claude'))
    writeFileSync(join(home.home, '.claude'), 'a file')
    await expectFailure(home, ['run', 'work', '-d'], unreadable, options)
    rmSync(join(home.home, '.claude'))
    expect((await perch(home, ['run', 'work'], options)).stdout.toString()).toBe('agent\n')
  })
})

describe('perch’s own folders', () => {
  const refuse = async (home: TestHome, expected: Expected) => {
    await expectFailure(home, RUN, expected)
    await expectFailure(home, ['ls'], expected)
  }

  test('that others could write into', async () => {
    await using home = temporaryHome()
    mkdirSync(home.perchHome)
    chmodSync(home.perchHome, 0o777)
    await refuse(home, { code: 'unsafe-folder', exitCode: 1, hint: /chmod 700/, message: /every user/ })
    expect(readdirSync(home.perchHome)).toEqual([])
    chmodSync(home.perchHome, 0o755)
    await perchText(home, RUN)
  })

  test('that belong to another user', async (context) => {
    requiresRoot(context)
    await using home = temporaryHome()
    mkdirSync(home.perchHome)
    chownSync(home.perchHome, 12_345, 12_345)
    await refuse(home, { code: 'unsafe-folder', exitCode: 1, hint: /PERCH_HOME/, message: /12345/ })
    expect(readdirSync(home.perchHome)).toEqual([])
  })

  test('that are a file, or too deep for a socket', async () => {
    await using home = temporaryHome()
    writeFileSync(home.perchHome, '')
    await refuse(home, { code: 'not-writable', exitCode: 1, hint: /Move the file away/ })
    rmSync(home.perchHome)
    const deep = join(home.root, 'd'.repeat(100))
    const tooLong = { code: 'socket-path-too-long', exitCode: 1, hint: /PERCH_HOME.* shorter/ }
    await expectFailure(home, RUN, tooLong, { env: { PERCH_HOME: deep } })
    expect(existsSync(deep)).toBe(false)
  })

  test('on a file system that is read-only, or full', async (context) => {
    requiresRoot(context)
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    mkdirSync(home.perchHome)
    await using readOnly = mounted(home.perchHome, 'ro,mode=700')
    await refuse(home, { code: 'not-writable', exitCode: 1, hint: /owner and permissions/ })
    await readOnly[Symbol.asyncDispose]()

    await using small = mounted(home.perchHome, 'size=128k,mode=700')
    const full = { code: 'disk-full', exitCode: 1, hint: /Free some space/ }
    fillUp(home)
    await expectFailure(home, RUN, full)
    rmSync(join(home.perchHome, 'fill'))
    await perchText(home, RUN)
    fillUp(home)
    await expectFailure(home, RUN, full)
    // What needs no space goes on working.
    await perchText(home, ['ls', '-a'])
    rmSync(join(home.perchHome, 'fill'))
    await perchText(home, RUN)
    await perchText(home, ['daemon', 'stop'])
    await small[Symbol.asyncDispose]()
  })
})

describe('damaged files', () => {
  test('a profile: its sessions cannot be started, all else goes on', async () => {
    await using home = temporaryHome()
    await perchText(home, ['profile', 'add', 'broken', '--agent', 'command'])
    writeFileSync(join(profileFolder(home.paths, 'broken'), 'profile.toml'), 'agent = = "command"\n')
    const corrupt = { code: 'corrupt-profile', exitCode: 1, hint: /Correct the line/, message: /profile\.toml, line 1/ }
    await expectFailure(home, ['exec', 'broken', '-d', '--', 'true'], corrupt)
    expect(await perchText(home, ['profile', 'ls'])).toContain('broken')
    await perchText(home, RUN)
  })

  test('the config: nothing is started by settings that nobody meant, but everything can be ended', async () => {
    await using home = temporaryHome()
    const id = await perchText(home, ['exec', '-d', '--', 'sleep', '100'])
    writeFileSync(join(home.paths.config, 'config.toml'), '[sessions]\ngrace = 5\n')
    const bad = { code: 'bad-config', exitCode: 2, hint: /Correct the line/, message: /line 2: sessions\.grace must be a time/ }
    await expectFailure(home, RUN, bad)
    expect(await perchText(home, ['kill', id])).toContain('ended')
  })

  test('the record of a session: it is listed with what is wrong, ended and removed', async () => {
    await using home = temporaryHome()
    const other = await perchText(home, ['exec', '-d', '--', 'sleep', '100'])
    const id = await perchText(home, ['exec', '-d', '--', 'sleep', '100'])
    writeFileSync(join(sessionFolder(home.paths, id), 'session.json'), '{"schema":')
    await perchText(home, ['daemon', 'restart'])
    expect(await perchText(home, ['ls'])).toMatch(new RegExp(`${id} [^]*${other} |${other} [^]*${id} `))
    expect(await perchText(home, ['show', id])).toMatch(/problem +.*session\.json is not valid JSON/)
    expect(await showSession(home, id)).toMatchObject({ state: 'running' })
    await perchText(home, ['kill', id])
    expect(await showSession(home, id)).toMatchObject({ state: 'exited', exit: { outcome: 'terminated' } })
    await perchText(home, ['rm', id])
    expect(existsSync(sessionFolder(home.paths, id))).toBe(false)
    expect(await showSession(home, other)).toMatchObject({ state: 'running' })
  })
})

test('a daemon of another version: no command does something else than was asked for', async () => {
  await using home = temporaryHome()
  mkdirSync(home.perchHome, { mode: 0o700 })
  const server = createServer((_, response) => {
    response.writeHead(200, { 'x-perch-protocol': '99', 'content-type': 'application/json' })
    response.end('{"schema":2,"sessions":"elsewhere"}')
  })
  server.listen(daemonSocketPath(home.paths))
  await once(server, 'listening')
  try {
    const other = { code: 'version-mismatch', exitCode: 1, hint: /perch daemon restart \(sessions go on\)/ }
    for (const args of [RUN, ['ls'], ['show', 'x']]) await expectFailure(home, args, other)
  } finally {
    server.close()
    await once(server, 'close')
  }
})

/** Mounts a tmpfs; disposing twice does nothing. */
function mounted(folder: string, options: string): AsyncDisposable {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  let isMounted = true
  return {
    async [Symbol.asyncDispose]() {
      if (isMounted) execFileSync('umount', ['-l', folder])
      isMounted = false
    },
  }
}

/** Until not one byte more can be written. */
function fillUp(home: TestHome): void {
  const path = join(home.perchHome, 'fill')
  for (const size of [4096, 1]) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' })
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('ENOSPC')) throw error
    }
  }
}
