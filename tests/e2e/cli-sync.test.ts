/** `perch sync`: what profiles share while their sessions run, what was merged, and deciding a conflict otherwise. */
import { existsSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { until } from '../kit/bounded.js'
import { perch, perchJson, perchText } from '../kit/perch-program.js'
import { runtimeReleased, startSession } from '../kit/perch-session.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

const BOUND_MS = 20_000
const SLEEPING = ['--', 'sleep', '600']

type Json = Record<string, unknown>

/** A home with two profiles of Claude Code; the client itself is not needed. */
async function homeWithProfiles(document: Json): Promise<TemporaryHome> {
  const home = temporaryHome()
  home.folder('.claude')
  writeFileSync(join(home.home, '.claude.json'), JSON.stringify(document))
  for (const name of ['work', 'play']) await perchText(home, ['profile', 'add', name, '--agent', 'claude'])
  return home
}

function runtimeDocument(home: TemporaryHome, profile: string): string {
  return join(profileFolders(home.paths, profile).runtime, '.claude.json')
}

function write(path: string, document: Json): void {
  writeFileSync(`${path}.tmp.1.a`, JSON.stringify(document))
  renameSync(`${path}.tmp.1.a`, path)
}

function read(path: string): Json {
  return JSON.parse(readFileSync(path, 'utf8')) as Json
}

async function shows(path: string, theme: string): Promise<void> {
  await until(
    () => existsSync(path) && read(path).theme === theme,
    BOUND_MS,
    () => `the theme ${theme} in ${path}`,
  )
}

async function conflicts(home: TemporaryHome, ...args: readonly string[]) {
  const { conflicts } = (await perchJson(home, ['sync', 'resolve', ...args])) as { conflicts: readonly Json[] }
  return conflicts
}

/** Both profiles change the theme at once; `play` loses. */
async function conflicting(home: TemporaryHome): Promise<string> {
  await perchText(home, ['daemon', 'stop'])
  write(runtimeDocument(home, 'play'), { theme: 'blue' })
  const shared = join(home.home, '.claude.json')
  write(shared, { theme: 'light' })
  // Later for certain, however coarse the times of files are.
  const later = new Date(Date.now() + 1_000)
  utimesSync(shared, later, later)
  await perchText(home, ['daemon', 'start'])
  await shows(runtimeDocument(home, 'play'), 'light')
  const [conflict] = await conflicts(home, 'play')
  return String(conflict?.id)
}

test('says what is in step while sessions run, and what is at rest', async () => {
  await using home = await homeWithProfiles({ theme: 'dark' })
  const session = await startSession(home, 'exec', ['work', ...SLEEPING])
  await until(
    async () => (await perchText(home, ['sync', 'status', 'work'])).includes('tree'),
    BOUND_MS,
    () => 'the first look',
  )
  expect(await perchJson(home, ['sync', 'status'])).toMatchObject({
    schema: 1,
    profiles: [
      { profile: 'default', live: false },
      { profile: 'play', sharing: 'shared', live: false, linkMode: null, parts: [], conflicts: 0, unmerged: null },
      {
        profile: 'work',
        live: true,
        linkMode: 'link',
        watching: { kind: 'events', why: null },
        parts: expect.arrayContaining([expect.objectContaining({ name: '.claude.json', state: 'in-step', why: null })]),
      },
    ],
  })
  await perchText(home, ['kill', session.id])
  await runtimeReleased(home, 'work')
  expect(await perchText(home, ['sync', 'status'])).toMatch(/^work +at rest/m)
})

test('a document that an agent broke is named, with what is wrong, and mended by its next write', async () => {
  await using home = await homeWithProfiles({ theme: 'dark' })
  await startSession(home, 'exec', ['work', ...SLEEPING])
  const path = runtimeDocument(home, 'work')
  writeFileSync(path, '[1, 2]')
  const state = async (wanted: RegExp) =>
    await until(
      async () => wanted.test(await perchText(home, ['sync', 'status', 'work'])),
      BOUND_MS,
      () => `${wanted}`,
    )
  await state(/\.claude\.json +blocked .*not a JSON document/)
  expect(readFileSync(path, 'utf8')).toBe('[1, 2]')
  write(path, { theme: 'light' })
  await shows(join(home.home, '.claude.json'), 'light')
  await state(/\.claude\.json +in step/)
})

test('the loser of a conflict can be taken, which can be undone, or let go of', async () => {
  await using home = await homeWithProfiles({ theme: 'dark' })
  await startSession(home, 'exec', ['play', ...SLEEPING])
  await startSession(home, 'exec', ['work', ...SLEEPING])
  const id = await conflicting(home)

  expect(await conflicts(home, 'work')).toEqual([])
  expect(await conflicts(home)).toMatchObject([{ id, profile: 'play', name: '.claude.json', kind: 'keys', state: 'open' }])
  expect(await perchText(home, ['sync', 'log', 'play'])).toMatch(/conflict +\.claude\.json +theme: the shared document was/)
  expect(await perchText(home, ['events', '--no-follow', '--since', '0'])).toMatch(
    /profile play {2}sync-conflict: \.claude\.json/,
  )
  expect(await perchText(home, ['sync', 'status'])).toMatch(/^play .* 1$/m)

  expect(await perchText(home, ['sync', 'resolve', id.slice(0, 5), '--take', 'kept'])).toContain('its keys are back')
  for (const path of [join(home.home, '.claude.json'), runtimeDocument(home, 'work'), runtimeDocument(home, 'play')]) {
    await shows(path, 'blue')
  }
  const [undo] = await conflicts(home)
  expect(undo).toMatchObject({ state: 'decided' })
  expect(await perchJson(home, ['sync', 'status', 'play'])).toMatchObject({ profiles: [{ conflicts: 0 }] })
  await perchText(home, ['sync', 'resolve', String(undo?.id), '--take', 'kept'])
  await shows(runtimeDocument(home, 'work'), 'light')

  for (const { id: left } of await conflicts(home)) await perchText(home, ['sync', 'resolve', String(left), '--take', 'current'])
  expect(await conflicts(home)).toEqual([])
  await shows(join(home.home, '.claude.json'), 'light')
})

test.each([
  [['abcdef', '--take', 'kept'], 3, 'there is no conflict abcdef'],
  [['--take', 'kept'], 2, 'which conflicts?'],
  [['--take', 'both', '--all'], 2, '--take takes kept or current'],
  [['--all'], 2, 'which side is to be taken?'],
  [['nobody'], 3, 'there is no profile nobody'],
])('perch sync resolve %j says what is wrong', async (args, code, message) => {
  await using home = temporaryHome()
  const done = await perch(home, ['sync', 'resolve', ...args])
  expect([done.code, done.stdout.toString()]).toEqual([code, ''])
  expect(done.stderr).toContain(message)
})

test('everything of nothing is no error', async () => {
  await using home = temporaryHome()
  expect(await perchText(home, ['sync', 'resolve', '--all', '--take', 'current'])).toBe('no open conflicts')
  expect(await perchJson(home, ['sync', 'log'])).toEqual({ schema: 1, entries: [] })
  expect((await perch(home, ['sync', 'log'])).stderr).toContain('nothing was synced yet')
})
