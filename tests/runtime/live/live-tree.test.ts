/** The tree of live runtimes: what one side gets, the other side has, by links or by copies. */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { acquireRuntime } from '../../../src/runtime/acquire.js'
import { seen } from '../../kit/bounded.js'
import { login, showsLogin, writeByRename, writeNew } from '../profile-lab.js'
import { openLiveLab } from './live-lab.js'

function says(path: string, text: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true && readFileSync(path, 'utf8') === text
}

describe.each(['link', 'copy'] as const)('in %s mode', (linkMode) => {
  test('a file that the client made or replaced is in the shared home and in every other runtime', async () => {
    await using lab = await openLiveLab({ linkMode })
    const { first } = lab
    writeNew(first.inShared('CLAUDE.md'), 'old rules')
    const other = await lab.add('play')
    for (const profile of [first, other]) await lab.acquire(profile)
    await lab.idle()
    writeByRename(first.inRuntime('CLAUDE.md'), 'new rules')
    writeByRename(first.inRuntime('notes.md'), 'a new file')
    for (const at of [first.inShared, other.inRuntime, first.inRuntime]) {
      await seen('the rules', () => says(at('CLAUDE.md'), 'new rules'))
      await seen('the notes', () => says(at('notes.md'), 'a new file'))
    }
    expect(lstatSync(first.inRuntime('CLAUDE.md')).isSymbolicLink()).toBe(linkMode === 'link')
  })

  test('what the person adds to the shared home, deep below too, is in every runtime; scripts stay executable', async () => {
    await using lab = await openLiveLab({ linkMode })
    const { first } = lab
    writeNew(first.inShared('hooks', 'old.sh'), 'old')
    await lab.acquire(first)
    await lab.idle()
    writeNew(first.inShared('skills', 'one', 'deep', 'SKILL.md'), 'a skill')
    writeNew(first.inShared('hooks', 'new.sh'), '#!/bin/sh')
    chmodSync(first.inShared('hooks', 'new.sh'), 0o755)
    writeNew(first.inShared('keybindings.json'), '{}')
    await seen('the skill', () => says(first.inRuntime('skills', 'one', 'deep', 'SKILL.md'), 'a skill'))
    await seen('the hook', () => says(first.inRuntime('hooks', 'new.sh'), '#!/bin/sh'))
    await seen('its mode', () => (statSync(first.inRuntime('hooks', 'new.sh')).mode & 0o111) !== 0)
    await seen('the keys', () => says(first.inRuntime('keybindings.json'), '{}'))
    rmSync(first.inShared('hooks', 'old.sh'))
    await seen('that it is gone', () => !existsSync(first.inRuntime('hooks', 'old.sh')))
  })

  test('so it is when a further session has the same HOME by another name', async () => {
    await using lab = await openLiveLab({ linkMode })
    const { first } = lab
    writeNew(first.inShared('skills', 'one.md'), 'old')
    await lab.acquire(first)
    await lab.idle()
    const home = join(first.root, 'alias')
    symlinkSync(first.home, home)
    const { paths, profile, agent } = first
    await acquireRuntime({ paths, profile, agent, home, leaseId: 'two', env: { PERCH_LINK_MODE: linkMode } })
    writeByRename(first.inShared('skills', 'one.md'), 'new')
    writeNew(first.inRuntime('skills', 'two.md'), 'of the agent')
    await seen('the skill of the person', () => says(first.inRuntime('skills', 'one.md'), 'new'))
    await seen('the skill of the agent', () => says(first.inShared('skills', 'two.md'), 'of the agent'))
  })

  test('a transcript that grows in one runtime grows in the other, line by line', async () => {
    await using lab = await openLiveLab({ linkMode })
    const { first } = lab
    const other = await lab.add('play')
    for (const profile of [first, other]) await lab.acquire(profile)
    await lab.idle()
    mkdirSync(first.inRuntime('projects', '-src'))
    const path = first.inRuntime('projects', '-src', 'talk.jsonl')
    let text = ''
    for (let line = 0; line < 20; line++) {
      appendFileSync(path, `{"line":${line}}\n`)
      text += `{"line":${line}}\n`
      for (const at of [first.inShared, other.inRuntime]) {
        await seen('the line', () => says(at('projects', '-src', 'talk.jsonl'), text))
      }
    }
  })

  test('a login is taken over at once, and the profile shows it', async () => {
    await using lab = await openLiveLab({ linkMode })
    const { first } = lab
    writeNew(first.durableLogin, login('old'))
    await lab.acquire(first)
    await lab.idle()
    for (let n = 0; n < 5; n++) {
      writeByRename(first.inRuntime('.credentials.json'), login(`fresh${n}`))
      await seen('the login', () => says(first.durableLogin, login(`fresh${n}`)) && showsLogin(first))
    }
  })

  test('a folder that is moved, and one that is replaced by a file, are so on the other side', async () => {
    await using lab = await openLiveLab({ linkMode })
    const { first } = lab
    writeNew(first.inShared('commands', 'a', 'x.md'), 'x')
    writeNew(first.inShared('commands', 'b', 'y.md'), 'y')
    await lab.acquire(first)
    await lab.idle()
    renameSync(first.inShared('commands', 'a'), first.inShared('commands', 'c'))
    await seen(
      'the move',
      () => says(first.inRuntime('commands', 'c', 'x.md'), 'x') && !existsSync(first.inRuntime('commands', 'a')),
    )
    rmSync(first.inShared('commands', 'b'), { recursive: true })
    writeFileSync(first.inShared('commands', 'b'), 'a file now')
    await seen('the file', () => says(first.inRuntime('commands', 'b'), 'a file now'))
  })
})

test('in copy mode a private entry lives with the profile, and is in no other runtime', async () => {
  await using lab = await openLiveLab({ linkMode: 'copy' })
  const { first } = lab
  const other = await lab.add('play')
  for (const profile of [first, other]) await lab.acquire(profile)
  await lab.idle()
  writeNew(first.inRuntime('sessions', '1.json'), 'mine')
  await seen('it in the state', () => says(join(first.folders.state, 'sessions', '1.json'), 'mine'))
  expect(existsSync(first.inShared('sessions'))).toBe(false)
  expect(existsSync(other.inRuntime('sessions', '1.json'))).toBe(false)
})
