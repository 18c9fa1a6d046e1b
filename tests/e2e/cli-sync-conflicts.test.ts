/** Conflicts over files and logins, and deciding them with `perch sync resolve` while their sessions run and after. */
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { conflictsFolder, profileFolders } from '../../src/profiles/profile-definition.js'
import { until } from '../kit/bounded.js'
import { perch, perchJson, perchText } from '../kit/perch-program.js'
import { runtimeReleased, startSession } from '../kit/perch-session.js'
import { requiresPlatform, requiresRoot } from '../kit/requirement.js'
import { mountSmallDisk } from '../kit/small-disk.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

const BOUND_MS = 20_000
const SLEEPING = ['work', '--', 'sleep', '600']

interface Conflict {
  readonly id: string
  readonly state: string
  readonly kind: string
  readonly name: string
  readonly kept: string
}

async function listed(home: TemporaryHome, ...args: readonly string[]): Promise<readonly Conflict[]> {
  return ((await perchJson(home, ['sync', 'resolve', ...args])) as { conflicts: readonly Conflict[] }).conflicts
}

/** The only conflict that is open. */
async function openOne(home: TemporaryHome): Promise<Conflict> {
  const [one, ...others] = (await listed(home)).filter(({ state }) => state === 'open')
  if (one === undefined || others.length > 0) throw new Error(`not one is open: ${JSON.stringify(await listed(home))}`)
  return one
}

/** A live runtime of the profile `work` in which `name` was changed, as it was in the shared home, later. */
async function homeWithConflict(name: string, mode: 'link' | 'copy' = 'link') {
  const home = temporaryHome({ env: { PERCH_LINK_MODE: mode } })
  const shared = join(home.folder('home/.claude'), name)
  writeFileSync(shared, 'of both\n')
  await perchText(home, ['profile', 'add', 'work', '--agent', 'claude'])
  const session = await startSession(home, 'exec', SLEEPING)
  const runtime = join(profileFolders(home.paths, 'work').runtime, name)
  await until(
    () => existsSync(runtime),
    BOUND_MS,
    () => runtime,
  )
  await perchText(home, ['daemon', 'stop'])
  writeFileSync(`${runtime}.tmp.1.a`, 'of the session\n')
  renameSync(`${runtime}.tmp.1.a`, runtime)
  writeFileSync(shared, 'of the person\n')
  // Later for certain, however coarse the times of files are.
  const later = new Date(Date.now() + 1_000)
  utimesSync(shared, later, later)
  await perchText(home, ['daemon', 'start'])
  await until(
    async () => (await listed(home)).length > 0,
    BOUND_MS,
    () => 'a conflict to be kept',
  )
  return { home, shared, runtime, session: session.id }
}

async function holds(path: string, text: string): Promise<void> {
  await until(
    () => existsSync(path) && readFileSync(path, 'utf8') === text,
    BOUND_MS,
    () => `${JSON.stringify(text)} in ${path}`,
  )
}

describe('a file that both sides changed', () => {
  test.each(['link', 'copy'] as const)('is exchanged while the session runs, undone, and let go of (%s mode)', async (mode) => {
    const { home: made, shared, runtime, session } = await homeWithConflict('CLAUDE.md', mode)
    await using home = made
    const conflict = await openOne(home)
    expect(conflict).toMatchObject({ kind: 'file', name: 'CLAUDE.md' })
    await holds(runtime, 'of the person\n')

    const taken = await perchText(home, ['sync', 'resolve', conflict.id, '--take', 'kept'])
    const undo = /^to undo that: perch sync resolve ([0-9a-f]{6}) --take kept$/m.exec(taken)?.[1] ?? ''
    expect(taken).toContain(`${conflict.id}: the kept copy is ${shared} now`)
    for (const path of [shared, runtime]) await holds(path, 'of the session\n')
    expect(await listed(home)).toMatchObject([{ id: undo, state: 'decided' }])

    await perchText(home, ['sync', 'resolve', 'work', undo, '--take', 'kept'])
    for (const path of [shared, runtime]) await holds(path, 'of the person\n')
    const [left] = await listed(home)
    expect(await perchText(home, ['sync', 'resolve', left?.id ?? '', '--take', 'current'])).toContain('let go of')
    expect(await listed(home)).toEqual([])

    await perchText(home, ['kill', session])
    await runtimeReleased(home, 'work')
    expect(readFileSync(shared, 'utf8')).toBe('of the person\n')
    expect((await perchText(home, ['sync', 'log', 'work'])).match(/ resolved /g)).toHaveLength(3)
  })

  test('has its turn also when the runtime is gone', async () => {
    const { home: made, shared, session } = await homeWithConflict('CLAUDE.md')
    await using home = made
    await perchText(home, ['kill', session])
    await runtimeReleased(home, 'work')
    expect(await perchText(home, ['sync', 'status'])).toMatch(/^work +at rest .* 1$/m)
    await perchText(home, ['sync', 'resolve', '--all', '--take', 'kept'])
    expect(readFileSync(shared, 'utf8')).toBe('of the session\n')
  })

  test('is shown as inert text, whatever it is called', async () => {
    const { home: made } = await homeWithConflict('a\u001b]0;x\u0007\nb.md')
    await using home = made
    const { id } = await openOne(home)
    for (const args of [['resolve'], ['resolve', id], ['log'], ['status'], ['resolve', id, '--take', 'current']]) {
      const done = await perch(home, ['sync', ...args])
      expect([args, done.code]).toEqual([args, 0])
      expect(done.stdout.toString() + done.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/)
    }
  })
})

test('one that cannot be decided now keeps no other from it', async () => {
  const { home: made, shared, session } = await homeWithConflict('CLAUDE.md')
  await using home = made
  await perchText(home, ['daemon', 'stop'])
  const folders = profileFolders(home.paths, 'work')
  const login = (token: string) =>
    JSON.stringify({ claudeAiOauth: { accessToken: token, refreshToken: token, expiresAt: 4102444800000, scopes: [] } })
  const [live, durable] = [join(folders.runtime, '.credentials.json'), join(folders.credentials, '.credentials.json')]
  writeFileSync(durable, login('secret-of-yesterday'), { mode: 0o600 })
  utimesSync(durable, new Date(0), new Date(0))
  writeFileSync(`${live}.new`, login('secret-of-today'), { mode: 0o600 })
  renameSync(`${live}.new`, live)
  await perchText(home, ['daemon', 'start'])
  await until(
    () => lstatSync(live).isSymbolicLink(),
    BOUND_MS,
    () => 'the login to be taken over',
  )
  const all = await listed(home)
  const kept = all.find(({ kind }) => kind === 'login')
  expect(
    all
      .filter(({ state }) => state === 'open')
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(['file', 'login'])

  const both = await perch(home, ['sync', 'resolve', '--all', '--take', 'kept'])
  expect(both).toMatchObject({ code: 4, stderr: expect.stringContaining('the login of work cannot be exchanged now') })
  expect(readFileSync(shared, 'utf8')).toBe('of the session\n')
  expect(readFileSync(durable, 'utf8')).toContain('today')

  await perchText(home, ['kill', session])
  await runtimeReleased(home, 'work')
  await perchText(home, ['sync', 'resolve', kept?.id ?? '', '--take', 'kept'])
  expect(readFileSync(durable, 'utf8')).toContain('yesterday')
  for (const args of [['resolve'], ['log'], ['status', 'work']]) {
    expect(await perchText(home, ['sync', ...args, '--json'])).not.toContain('secret-of')
  }
})

test('a read-only folder of conflicts is an error that says so, and nothing is changed', async (context) => {
  requiresPlatform(context, 'linux')
  requiresRoot(context)
  await using home = temporaryHome()
  home.folder('home/.claude')
  await perchText(home, ['profile', 'add', 'work', '--agent', 'claude'])
  const folder = home.folder('p/conflicts/work')
  expect(folder).toBe(conflictsFolder(home.paths, 'work'))
  await using _disk = mountSmallDisk(folder, 'size=64k,mode=700')
  writeFileSync(join(folder, '2026-01-01T00-00-00-000Z-abc123-notes.md'), 'kept')
  execFileSync('mount', ['-o', 'remount,ro', folder])
  expect(await listed(home)).toMatchObject([{ id: 'abc123', state: 'leftover', name: 'notes.md' }])
  const done = await perch(home, ['sync', 'resolve', 'abc123', '--take', 'current', '--json'])
  expect(done.code).toBe(1)
  expect(JSON.parse(done.stdout.toString())).toMatchObject({ resolved: [], errors: [{ code: 'not-writable' }] })
  expect(await listed(home)).toHaveLength(1)
})

test.each([
  [['resolve', 'ab', '--take', 'kept'], 3, 'ab is the beginning of 2 conflicts'],
  [['resolve', 'abc123', 'ffffff', '--take', 'current'], 3, 'there is no conflict ffffff'],
  [['resolve', 'abc123', '--all', '--take', 'current'], 2, '--all and ID exclude each other'],
  [['resolve', 'abc123', '--take', 'kept'], 4, 'there is no place to put it back to'],
  [['resolve', 'wrok'], 3, 'Known profiles: default, work'],
  [['reslove'], 2, 'Did you mean perch sync resolve?'],
  [['log', '-n', '0'], 2, '--limit takes a number from 1 on'],
])('perch sync %j says what is wrong, and nothing is done', async (args, code, message) => {
  await using home = temporaryHome()
  await perchText(home, ['profile', 'add', 'work', '--agent', 'claude'])
  const folder = home.folder('p/conflicts/work')
  for (const id of ['abc123', 'abd456']) writeFileSync(join(folder, `2026-01-01T00-00-00-000Z-${id}-notes.md`), 'kept')
  const done = await perch(home, ['sync', ...args])
  expect([done.code, done.stdout.toString()]).toEqual([code, ''])
  expect(done.stderr).toContain(message)
  expect(await listed(home)).toHaveLength(2)
})
