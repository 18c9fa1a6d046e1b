/** A shared home in awkward places, while the daemon runs and a session is open: what changes on one side arrives on the other. */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, type TestContext, test } from 'vitest'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { seen, until } from '../kit/bounded.js'
import { perchText } from '../kit/perch-program.js'
import { runtimeReleased, startSession } from '../kit/perch-session.js'
import { requiresPlatform, requiresRoot, skipOrFail } from '../kit/requirement.js'
import { mountSmallDisk } from '../kit/small-disk.js'
import { type TestHome, temporaryHome } from '../kit/temporary-home.js'
import { writeByRename } from '../runtime/profile-lab.js'
import { canMount, readOnlyFolder } from '../runtime/read-only-folder.js'

/** Below the 30 s of the slow pass, so that what a test sees was told by an event. */
const BOUND_MS = 20_000

type Mode = 'link' | 'copy'

describe.each(['link', 'copy'] as const)('in %s mode, a shared home', (mode) => {
  test('on another file system than perch’s home', async (context) => {
    requiresMounts(context)
    await using home = temporaryHome()
    await using _disk = mountSmallDisk(home.folder('home/.claude'), 'size=8m')
    expect(statSync(shared(home)).dev).not.toBe(statSync(home.root).dev)
    const session = await open(home, mode)
    await bothWays(home, 'a')
    await end(home, session)
    expect(read(shared(home, 'rules.md'))).toBe('rules a')
  })

  test('that is a link, and that is made to lead elsewhere while a session is open', async () => {
    await using home = temporaryHome()
    fill(home.folder('dotfiles/one'))
    fill(home.folder('dotfiles/two'))
    symlinkSync('../dotfiles/one', shared(home))
    const session = await open(home, mode)
    await bothWays(home, 'a')
    expect(read(join(home.root, 'dotfiles/one/rules.md'))).toBe('rules a')
    symlinkSync('../dotfiles/two', `${shared(home)}.new`)
    renameSync(`${shared(home)}.new`, shared(home))
    await bothWays(home, 'b')
    expect(read(join(home.root, 'dotfiles/two/rules.md'))).toBe('rules b')
    expect(read(join(home.root, 'dotfiles/one/rules.md'))).toBe('rules a')
    await end(home, session)
  })

  test('that is swapped for a new folder', async () => {
    await using home = temporaryHome()
    fill(home.folder('home/.claude'))
    const session = await open(home, mode)
    await bothWays(home, 'a')
    fill(home.folder('home/new'))
    renameSync(shared(home), join(home.home, 'old'))
    renameSync(join(home.home, 'new'), shared(home))
    await bothWays(home, 'b')
    expect(read(join(home.home, 'old/rules.md'))).toBe('rules a')
    await end(home, session)
  })

  test('with a folder in it that may only be read: the rest is kept in step', async (context) => {
    requiresMounts(context)
    await using home = temporaryHome()
    fill(home.folder('home/.claude'))
    put(shared(home, 'skills', 'given.md'), 'given')
    const locked = readOnlyFolder(shared(home, 'skills'))
    let session: string
    try {
      session = await open(home, mode)
      expect(read(runtime(home, 'skills', 'given.md'))).toBe('given')
      if (mode === 'copy') {
        put(runtime(home, 'skills', 'made.md'), 'made')
        await until(
          async () => /copies +blocked .*skills/.test(await perchText(home, ['sync', 'status', 'work'])),
          BOUND_MS,
          () => 'that the status names it',
        )
      }
      await bothWays(home, 'a')
    } finally {
      locked.release()
    }
    await end(home, session)
    if (mode === 'copy') expect(read(shared(home, 'skills', 'made.md'))).toBe('made')
  })
})

/** A file in a folder, a file of the top level and a key of a document, each from either side. */
async function bothWays(home: TestHome, mark: string): Promise<void> {
  put(shared(home, 'commands', `home-${mark}.md`), mark)
  writeByRename(shared(home, 'settings.json'), JSON.stringify({ ...json(shared(home, 'settings.json')), [`home-${mark}`]: 1 }))
  put(shared(home, 'rules.md'), `of home, ${mark}`)
  await seen(`the command of home, ${mark}`, () => read(runtime(home, 'commands', `home-${mark}.md`)) === mark)
  await seen(`the setting of home, ${mark}`, () => json(runtime(home, 'settings.json'))[`home-${mark}`] === 1)
  // From here on the agent's file is this one: what it makes of the one before it goes to where that lay.
  await seen(`the rules of home, ${mark}`, () => read(runtime(home, 'rules.md')) === `of home, ${mark}`)

  put(runtime(home, 'commands', `agent-${mark}.md`), mark)
  writeByRename(runtime(home, 'settings.json'), JSON.stringify({ ...json(runtime(home, 'settings.json')), [`agent-${mark}`]: 1 }))
  writeByRename(runtime(home, 'rules.md'), `rules ${mark}`)
  await seen(`the command of the agent, ${mark}`, () => read(shared(home, 'commands', `agent-${mark}.md`)) === mark)
  await seen(`the setting of the agent, ${mark}`, () => json(shared(home, 'settings.json'))[`agent-${mark}`] === 1)
  await seen(`the rules of the agent, ${mark}`, () => read(shared(home, 'rules.md')) === `rules ${mark}`)
}

function fill(folder: string): void {
  put(join(folder, 'rules.md'), 'old rules')
  put(join(folder, 'commands', 'old.md'), 'old')
}

async function open(home: TestHome, mode: Mode): Promise<string> {
  if (!existsSync(shared(home, 'rules.md'))) fill(shared(home))
  await perchText(home, ['profile', 'add', 'work', '--agent', 'claude'])
  const { id } = await startSession(home, 'exec', ['work', '--', 'sleep', '600'], { env: { PERCH_LINK_MODE: mode } })
  return id
}

async function end(home: TestHome, session: string): Promise<void> {
  await perchText(home, ['kill', session])
  await runtimeReleased(home, 'work')
}

function shared(home: TestHome, ...names: readonly string[]): string {
  return join(home.home, '.claude', ...names)
}

function runtime(home: TestHome, ...names: readonly string[]): string {
  return join(profileFolders(home.paths, 'work').runtime, ...names)
}

function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

function json(path: string): Record<string, unknown> {
  return JSON.parse(read(path) ?? '{}') as Record<string, unknown>
}

function requiresMounts(context: TestContext): void {
  requiresPlatform(context, 'linux')
  requiresRoot(context)
  if (!canMount()) skipOrFail(context, 'needs the right to mount a folder')
}
