/** The machine went down: files that were written just before are empty afterwards, as ext4 and XFS leave them. */
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readText, writeNew } from '../profile-lab.js'
import { type MirrorLab, openMirrorLab } from './mirror-lab.js'

/** Makes the tree one that was built before the machine was started again. */
function restartMachine(lab: MirrorLab): void {
  const path = join(lab.folders.sync, 'tree', 'phase.json')
  const phase = JSON.parse(readFileSync(path, 'utf8')) as object
  expect(phase).toHaveProperty('bootId')
  writeFileSync(path, JSON.stringify({ ...phase, bootId: 'another' }))
}

async function openCutLab(): Promise<MirrorLab> {
  const lab = await openMirrorLab((before) => {
    writeNew(before.inShared('skills', 'a.md'), 'a')
    writeNew(before.inShared('commands', 'b.md'), 'b')
    writeNew(before.inShared('empty.md'), '')
  })
  writeNew(lab.inRuntime('projects', '-src', '1.jsonl'), '{"n":1}\n')
  expect(await lab.settle()).toEqual({ state: 'in-step' })
  return lab
}

describe('a file that came out of it empty', () => {
  test('has its content again when the runtime is taken over, and takes none away', async () => {
    await using lab = await openCutLab()
    restartMachine(lab)
    truncateSync(lab.inRuntime('skills', 'a.md'))
    truncateSync(lab.inShared('projects', '-src', '1.jsonl'))
    expect(await lab.release()).toEqual({ kept: false, notices: [] })
    expect(readText(lab.inShared('skills', 'a.md'))).toBe('a')
    expect(readText(lab.inShared('projects', '-src', '1.jsonl'))).toBe('{"n":1}\n')
    expect(readText(lab.inShared('empty.md'))).toBe('')
  })

  test('is not taken for one that was deleted, should the drain need another round', async () => {
    await using lab = await openCutLab()
    restartMachine(lab)
    truncateSync(lab.inRuntime('skills', 'a.md'))
    // Something else is in the way, so that the runtime stays, and is drained once more.
    mkdirSync(lab.inRuntime('.claude.json.lock'))
    writeNew(lab.inRuntime('.claude.json'), '{"changed":1}')
    expect(await lab.release()).toMatchObject({ kept: true })
    expect(readText(lab.inShared('skills', 'a.md'))).toBe('a')
    rmSync(lab.inRuntime('.claude.json.lock'), { recursive: true })
    expect(await lab.release()).toEqual({ kept: false, notices: [] })
    expect(readText(lab.inShared('skills', 'a.md'))).toBe('a')
  })

  test('has it again in the next session, on whichever side it lies', async () => {
    await using lab = await openCutLab()
    restartMachine(lab)
    truncateSync(lab.inRuntime('skills', 'a.md'))
    truncateSync(lab.inShared('commands', 'b.md'))
    await lab.acquire('two')
    for (const where of [lab.inShared, lab.inRuntime]) {
      expect([readText(where('skills', 'a.md')), readText(where('commands', 'b.md'))]).toEqual(['a', 'b'])
    }
    // From here on an empty file is one that somebody emptied.
    truncateSync(lab.inRuntime('skills', 'a.md'))
    expect(await lab.settle()).toEqual({ state: 'in-step' })
    expect(readText(lab.inShared('skills', 'a.md'))).toBe('')
    expect(lab.conflicts()).toEqual([])
    await lab.release('one')
    await lab.release('two')
  })
})
