/** perch is killed while it puts the links of a live runtime right: the next look, or the next drain, comes to the same end. */
import { lstatSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LINK_STEPS } from '../../../src/runtime/runtime-step.js'
import { buildDriver, type Driver } from '../driver-process.js'
import { login, type ProfileLab, readText, writeByRename, writeNew } from '../profile-lab.js'
import { IN_STEP, type LiveLinks, makeQuiet, openLiveLinks } from './live-links.js'

let driver: Driver
beforeAll(async () => {
  driver = await buildDriver()
})
afterAll(() => driver.close())

function prepare(lab: ProfileLab): void {
  writeNew(lab.durableLogin, login('good'))
  writeNew(lab.inShared('replaced.md'), 'old')
  writeNew(lab.inShared('both.md'), 'old')
  writeNew(lab.inShared('gone.md'), 'old')
  writeNew(lab.inShared('history.jsonl'), '{"n":1}\n')
}

/** One of each; `only` names those to change. */
const CHANGES: Readonly<Record<string, (lab: ProfileLab) => void>> = {
  'replaced.md': (lab) => writeByRename(lab.inRuntime('replaced.md'), 'new'),
  'both.md': (lab) => {
    writeByRename(lab.inShared('both.md'), 'of the person', Date.now() - 60_000)
    writeByRename(lab.inRuntime('both.md'), 'of the session', Date.now() - 5_000)
  },
  'made.md': (lab) => {
    writeNew(lab.inRuntime('made.md'), 'made')
    makeQuiet(lab.inRuntime('made.md'))
  },
  'history.jsonl': (lab) => writeByRename(lab.inRuntime('history.jsonl'), '{"n":1}\n{"n":2}\n', Date.now() - 5_000),
  'new.md': (lab) => writeNew(lab.inShared('new.md'), 'new'),
  'gone.md': (lab) => rmSync(lab.inShared('gone.md')),
}

const CONTENT: Readonly<Record<string, string>> = {
  'replaced.md': 'new',
  'both.md': 'of the session',
  'made.md': 'made',
  'history.jsonl': '{"n":1}\n{"n":2}\n',
  'new.md': 'new',
}

function expectShared(lab: ProfileLab): void {
  for (const [name, content] of Object.entries(CONTENT)) expect([name, readText(lab.inShared(name))]).toEqual([name, content])
  expect(lstatSync(lab.inShared('gone.md'), { throwIfNoEntry: false })).toBeUndefined()
  expect(lab.conflicts()).toContain('of the person')
  expect(new Set(lab.conflicts()).size).toBe(1)
}

/** Staging names in the runtime, and in the shared home as far as they are no second name of something. */
function leftovers({ lab }: LiveLinks): readonly string[] {
  return [lab.folders.runtime, lab.sharedHome]
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => name.endsWith('.perch-tmp'))
}

describe.each(Object.keys(CHANGES))('SIGKILL while %s is dealt with first', (first) => {
  test.each(LINK_STEPS)('at %s', async (step) => {
    for (const next of ['look', 'drain'] as const) {
      await using it = await openLiveLinks(prepare)
      const { lab } = it
      CHANGES[first]?.(lab)
      const killed = await driver.run(lab, 'sync', { failpoint: step })
      expect(killed.error).toBeNull()
      for (const [name, change] of Object.entries(CHANGES)) if (name !== first) change(lab)
      if (next === 'look') {
        for (const name of Object.keys(CONTENT)) makeQuietIfFile(lab.inRuntime(name))
        expect(await it.sync()).toEqual(IN_STEP)
        for (const name of Object.keys(CONTENT)) expect(readlinkSync(lab.inRuntime(name))).toBe(lab.inShared(name))
        expectShared(lab)
        expect(leftovers(it)).toEqual([])
      }
      await it.end()
      expectShared(lab)
    }
  })
})

test('two looks at once, of two processes, are one after the other', async () => {
  await using it = await openLiveLinks(prepare)
  for (const change of Object.values(CHANGES)) change(it.lab)
  const runs = await Promise.all([driver.run(it.lab, 'sync'), driver.run(it.lab, 'sync'), driver.run(it.lab, 'collect')])
  expect(runs.map(({ signal, error }) => signal ?? error)).toEqual([null, null, null])
  expect(await it.sync()).toEqual(IN_STEP)
  for (const name of Object.keys(CONTENT)) it.expectLinked(name)
  expectShared(it.lab)
})

test('any interleaving of writes on both sides, looks and kills loses no content', { timeout: 300_000 }, async () => {
  const side = fc.constantFrom('replace', 'in place', 'person', 'remove link')
  const event = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), how: side, name: fc.constantFrom('a', 'b') }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('look' as const), isLater: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), at: fc.constantFrom(...LINK_STEPS) }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 4, maxLength: 14 }), async (events) => {
      await using it = await openLiveLinks((lab) => writeNew(lab.inShared('a'), 'start'))
      const { lab } = it
      /** What each side wrote last, by name: the one is the content, the other may have been seen and overwritten, or is kept. */
      const last = new Map<string, string>()
      for (const [at, step] of events.entries()) {
        if (step.do === 'look') {
          if (step.isLater) for (const name of ['a', 'b']) makeQuietIfFile(lab.inRuntime(name))
          expect((await it.sync()).state).not.toBe('blocked')
        } else if (step.do === 'kill') {
          expect((await driver.run(lab, 'sync', { failpoint: step.at })).error).toBeNull()
        } else if (step.how === 'remove link') {
          if (lstatSync(lab.inRuntime(step.name), { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(lab.inRuntime(step.name))
        } else {
          const content = `${step.how} ${at}`
          if (step.how === 'person') writeByRename(lab.inShared(step.name), content)
          else if (step.how === 'replace') writeByRename(lab.inRuntime(step.name), content)
          else writeNew(lab.inRuntime(step.name), content)
          last.set(step.name, content)
        }
      }
      for (const name of ['a', 'b']) makeQuietIfFile(lab.inRuntime(name), 1_000_000)
      await it.end()
      for (const [name, content] of last) expect([readText(lab.inShared(name)), ...lab.conflicts()]).toContain(content)
    }),
    { numRuns: 24 },
  )
})

function makeQuietIfFile(path: string, agoMs?: number): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile()) makeQuiet(path, agoMs)
}
