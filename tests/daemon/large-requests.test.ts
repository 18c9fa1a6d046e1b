/** Arguments, environments and requests as large as the system takes, and larger: they work, or there is no session. */
import { describe, expect, test } from 'vitest'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { clientOf, commandSession, ended, logText, sessionFolders } from './kit/sessions.js'

/** Linux takes 128 KiB in one string (MAX_ARG_STRLEN), with its closing NUL. */
const LONGEST_STRING = 128 * 1024 - 1
const KINDS = ['pipe', 'pty'] as const

/** So many bytes of environment, in variables of 100 KiB. */
function largeEnvironment(bytes: number): Record<string, string> {
  const size = 100 * 1024
  return Object.fromEntries(Array.from({ length: bytes / size }, (_, index) => [`LARGE_${index}`, 'x'.repeat(size)]))
}

/** The output of the program; PTYs end lines their own way. */
async function outputOf(home: TemporaryHome, argv: readonly string[], kind: 'pipe' | 'pty', env: Record<string, string> = {}) {
  const client = clientOf(home)
  const { session } = await client.createSession(commandSession(home, argv, { kind, env: { ...home.env, ...env } }))
  expect(await ended(client, session.id)).toMatchObject({ state: 'exited', exit: { code: 0 } })
  return (await logText(client, session.id, kind === 'pty' ? 'pty' : 'stdout')).trim()
}

describe.each(KINDS)('of a %s session', (kind) => {
  test('the longest argument there can be, and a megabyte of them', async () => {
    await using home = temporaryHome()
    const count = 'for a; do printf "%s " $(printf %s "$a" | wc -c); done'
    expect(await outputOf(home, ['sh', '-c', count, 'sh', 'x'.repeat(LONGEST_STRING)], kind)).toBe(String(LONGEST_STRING))
    const many = Array<string>(10).fill('x'.repeat(104_857))
    expect(await outputOf(home, ['sh', '-c', count, 'sh', ...many], kind)).toBe(Array(10).fill('104857').join(' '))
  })

  test('an argument that is too long is refused before there is a session', async () => {
    await using home = temporaryHome()
    const client = clientOf(home)
    for (const length of [LONGEST_STRING + 1, 1024 * 1024]) {
      const request = commandSession(home, ['echo', 'x'.repeat(length)], { kind })
      await expect(client.createSession(request)).rejects.toMatchObject({ code: 'command-too-long', hint: expect.any(String) })
    }
    expect(sessionFolders(home)).toEqual([])
    expect((await client.listSessions({ all: true })).sessions).toEqual([])
  })

  test('an environment of a megabyte and a half reaches the program; one of two works or is refused clearly', async () => {
    await using home = temporaryHome()
    const lengths = 'printf "%s %s" $(printf %s "$LARGE_0" | wc -c) $(printf %s "$LARGE_14" | wc -c)'
    expect(await outputOf(home, ['sh', '-c', lengths], kind, largeEnvironment(1_536_000))).toBe('102400 102400')
    const client = clientOf(home)
    const env = { ...home.env, ...largeEnvironment(2 * 1024 * 1000) }
    const outcome = await client.createSession(commandSession(home, ['true'], { kind, env })).catch((error: unknown) => error)
    if (outcome instanceof Error) {
      expect(outcome).toMatchObject({ code: 'command-too-long' })
      expect(sessionFolders(home)).toHaveLength(1)
    } else {
      expect(outcome).toMatchObject({ session: { kind } })
    }
  })
})

test('a request above the limit is answered so, and the daemon goes on', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  for (const bytes of [9, 40].map((mib) => mib * 1024 * 1000)) {
    const request = commandSession(home, ['true'], { env: { ...home.env, ...largeEnvironment(bytes) } })
    await expect(client.createSession(request)).rejects.toMatchObject({ code: 'request-too-large', hint: expect.any(String) })
  }
  expect((await client.listSessions({ all: true })).sessions).toEqual([])
})

test('sizes that no terminal has, and signals that do not exist, are refused and change nothing', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  const sizes = [
    { cols: 0, rows: 24 },
    { cols: 80, rows: 0 },
    { cols: 65_535, rows: 24 },
    { cols: 80.5, rows: 24 },
    { cols: -1, rows: 24 },
    { cols: Number.NaN, rows: 24 },
  ]
  for (const size of sizes) {
    const request = commandSession(home, ['cat'], { kind: 'pty', size })
    await expect(client.createSession(request)).rejects.toMatchObject({ code: 'bad-size' })
  }
  expect((await client.listSessions({ all: true })).sessions).toEqual([])
  const { session } = await client.createSession(commandSession(home, ['cat'], { kind: 'pty', size: { cols: 1000, rows: 1 } }))
  for (const size of sizes) await expect(client.resizeSession(session.id, size)).rejects.toMatchObject({ code: 'bad-size' })
  for (const signal of ['', 'SIG', 'NOT', 'SIGSIGTERM', '9', 'sigterm', '__proto__']) {
    await expect(client.killSession(session.id, { signal })).rejects.toMatchObject({ code: 'bad-signal' })
  }
  expect((await client.showSession(session.id)).session).toMatchObject({ state: 'running', size: { cols: 1000, rows: 1 } })
})

test('a command without a word is refused', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  await expect(client.createSession(commandSession(home, []))).rejects.toMatchObject({ code: 'bad-request' })
  await expect(client.createSession(commandSession(home, ['']))).rejects.toMatchObject({ code: 'empty-command' })
  expect((await client.listSessions({ all: true })).sessions).toEqual([])
})
