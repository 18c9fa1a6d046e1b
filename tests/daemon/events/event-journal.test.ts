import { appendFileSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EventJournal } from '../../../src/daemon/events/event-journal.js'
import { requiresPlatform, requiresRoot } from '../../kit/requirement.js'
import { mountSmallDisk } from '../../kit/small-disk.js'
import { heldEvents, journalFolder, someEvent } from './kit.js'

const sequence = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('the numbers of events', () => {
  test('grow by one, also in the next daemon', async () => {
    using place = journalFolder()
    const first = place.open()
    expect([first.append(someEvent('a')), first.append(someEvent('b'))]).toEqual([true, true])
    const second = place.open()
    expect(second.seq).toBe(2)
    second.append(someEvent('a'))
    expect(await heldEvents(second)).toMatchObject([
      { seq: 1, session: 'a' },
      { seq: 2, session: 'b' },
      { seq: 3, session: 'a' },
    ])
  })

  test("are the same for what happens to a profile, which is no part of any session's story", async () => {
    using place = journalFolder()
    const journal = place.open()
    journal.append(someEvent('a'))
    journal.append({ ...someEvent('a'), session: null, type: 'logged-out', profile: 'work' })
    for (const reader of [journal, place.open()]) {
      expect(reader.toldSessions()).toEqual(['a'])
      expect((await heldEvents(reader)).at(-1)).toMatchObject({ seq: 2, session: null, profile: 'work' })
    }
  })

  test('are not written into the journal of another daemon by one that was stopped before it had the file open', async () => {
    using place = journalFolder()
    const { path, log } = place
    const other = () => {
      renameSync(path, `${path}.own`)
      place.open().append(someEvent('b'))
    }
    let asked: (() => boolean)[] = []
    const stopped = new EventJournal({ path, log, ownsFolder: () => asked.shift()?.() ?? true })
    expect(stopped.append(someEvent('a'))).toBe(true)

    // It is asked, stopped, and goes on when everything is another's.
    const isStoppedHere = () => {
      other()
      return true
    }
    asked = [isStoppedHere, () => false, () => false]
    expect(stopped.append(someEvent('a'))).toBe(false)

    expect(await heldEvents(place.open())).toMatchObject([{ seq: 1, session: 'b' }])
  })

  test('have no gap and none comes twice, whatever was torn off the end by a death and however the files were dropped', async () => {
    const life = fc.record({ events: fc.nat(12), tornBytes: fc.nat(60), letters: fc.string({ unit: 'grapheme', maxLength: 30 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(life, { maxLength: 6 }), async (lives) => {
        using place = journalFolder()
        let expected = 0
        for (const { events, tornBytes, letters } of lives) {
          const journal = place.open(600)
          expect(journal.seq).toBe(expected)
          for (let index = 0; index < events; index++) expect(journal.append(someEvent('a', { name: letters }))).toBe(true)
          expected += events
          const read = await heldEvents(journal)
          const [first] = read
          const start = first && 'to' in first ? Number(first.to) + 1 : 1
          const held = read.flatMap((line) => ('seq' in line ? [line.seq] : []))
          expect(held).toEqual(sequence(start, expected))
          // A write that death cut off at any byte: told to nobody.
          const torn = Buffer.from(JSON.stringify({ seq: expected + 1, schema: 1, ...someEvent('b') })).subarray(0, tornBytes)
          if (tornBytes > 0 && events > 0) appendFileSync(place.path, torn)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('go on when the daemon died between setting a full file aside and beginning the next', async () => {
    using place = journalFolder()
    const journal = place.open()
    for (const session of ['a', 'b', 'c']) journal.append(someEvent(session))
    renameSync(place.path, join(place.folder, 'events.1.jsonl'))
    const next = place.open()
    expect(next.seq).toBe(3)
    next.append(someEvent('d'))
    expect((await heldEvents(next)).map((line) => ('seq' in line ? line.seq : line.type))).toEqual([1, 2, 3, 4])
  })

  test('go on when somebody removes the files under the daemon; what was in them is one gap', async () => {
    using place = journalFolder()
    const journal = place.open()
    for (const session of ['a', 'b', 'c']) journal.append(someEvent(session))
    rmSync(place.path)
    expect(journal.append(someEvent('d'))).toBe(true)
    expect(await heldEvents(journal)).toMatchObject([{ type: 'gap', from: 1, to: 3 }, { seq: 4 }])
    expect(await heldEvents(place.open())).toMatchObject([{ type: 'gap', from: 1, to: 3 }, { seq: 4 }])
  })

  test('go on when somebody emptied the newest file while no daemon ran', () => {
    using place = journalFolder()
    const journal = place.open(300)
    for (let index = 0; index < 20; index++) journal.append(someEvent('a'))
    truncateSync(place.path, 0)
    const next = place.open(300)
    expect(next.seq).toBeGreaterThan(10)
    expect(next.append(someEvent('b'))).toBe(true)
    expect(place.open(300).seq).toBe(next.seq)
  })

  test('survive a damaged line in the middle, which shows as a gap', async () => {
    using place = journalFolder()
    const journal = place.open()
    for (const session of ['a', 'b', 'c']) journal.append(someEvent(session))
    const text = readFileSync(place.path, 'utf8')
    writeFileSync(place.path, text.replace('{"seq":2,', '{"sex":2,'))
    const next = place.open()
    expect(next.seq).toBe(3)
    expect(await heldEvents(next)).toMatchObject([{ seq: 1 }, { type: 'gap', from: 2, to: 2 }, { seq: 3 }])
  })
})

describe('what is told of each session', () => {
  test('is known to the next daemon, also when the files that told it were dropped', () => {
    using place = journalFolder()
    const journal = place.open(500)
    journal.append(someEvent('old', { type: 'created' }))
    journal.append(someEvent('old', { hostNumber: 4 }))
    journal.append(someEvent('over', { type: 'created' }))
    journal.append(someEvent('over', { type: 'ended' }))
    journal.append(someEvent('gone', { type: 'created' }))
    journal.append(someEvent('gone', { type: 'removed' }))
    for (let index = 0; index < 50; index++) journal.append(someEvent('busy', { hostNumber: index + 1 }))
    const next = place.open(500)
    expect(next.told('old')).toEqual({ hostNumber: 4, over: false })
    expect(next.told('over')).toEqual({ hostNumber: 0, over: true })
    expect(next.told('gone')).toBeUndefined()
    expect(next.told('busy')).toEqual({ hostNumber: 50, over: false })
    expect(readFileSync(place.path).byteLength + readFileSync(join(place.folder, 'events.1.jsonl')).byteLength).toBeLessThan(
      2_500,
    )
  })
})

describe('a journal that cannot be written', () => {
  test('because the disk is full tells of it in the room it kept, then numbers nothing, says so once, and goes on without a gap', async (context) => {
    requiresRoot(context)
    requiresPlatform(context, 'linux')
    using place = journalFolder()
    await using disk = mountSmallDisk(place.folder, 'size=64k,mode=700')
    const journal = place.open()
    journal.append(someEvent('a'))
    disk.fill()
    const long = someEvent('b', { problem: 'x'.repeat(500) })
    expect(journal.append(long)).toBe(true)
    while (journal.append(long));
    const { seq } = journal
    expect(journal.append(long)).toBe(false)
    expect(journal.seq).toBe(seq)
    // More than what was left of the file's own block.
    expect((seq - 1) * JSON.stringify(long).length).toBeGreaterThan(4096)
    expect(place.warnings).toEqual(['events cannot be written down, and wait'])
    disk.empty()
    expect(journal.append(someEvent('c'))).toBe(true)
    const held = await heldEvents(place.open())
    expect(held.map((line) => ('seq' in line ? line.seq : line))).toEqual(sequence(1, seq + 1))
  })

  test('because a folder lies in its place begins nothing before that is gone: the last number is not known', async () => {
    using place = journalFolder()
    place.open().append(someEvent('a'))
    renameSync(place.path, `${place.path}.kept`)
    mkdirSync(place.path)
    const journal = place.open()
    expect(journal.append(someEvent('b'))).toBe(false)
    rmdirSync(place.path)
    renameSync(`${place.path}.kept`, place.path)
    expect(journal.append(someEvent('c'))).toBe(true)
    expect(journal.seq).toBe(2)
  })

  test('because it was cut short under the daemon goes on', async () => {
    using place = journalFolder()
    const journal = place.open()
    for (const session of ['a', 'b']) journal.append(someEvent(session))
    truncateSync(place.path, 10)
    expect(journal.append(someEvent('c'))).toBe(true)
    expect((await heldEvents(place.open())).at(-1)).toMatchObject({ seq: 3 })
  })

  test('because the folder was removed and made again for another daemon writes nothing into that one’s file', async () => {
    using place = journalFolder()
    let ownsFolder = true
    const ours = new EventJournal({ path: place.path, log: place.log, ownsFolder: () => ownsFolder })
    for (const session of ['a', 'b', 'c']) ours.append(someEvent(session))
    rmSync(place.path)
    ownsFolder = false
    const theirs = place.open()
    theirs.append(someEvent('d'))
    expect(ours.append(someEvent('e'))).toBe(false)
    theirs.append(someEvent('f'))
    const held = await heldEvents(place.open())
    expect(held.map((line) => ('seq' in line ? [line.seq, line.session] : line))).toEqual([
      [1, 'd'],
      [2, 'f'],
    ])
  })
})

test('the room for a full disk that cannot be set aside or given up costs no event and no number', async () => {
  using place = journalFolder()
  mkdirSync(`${place.path}.reserve`)
  const journal = place.open()
  for (const session of ['a', 'b', 'c']) expect(journal.append(someEvent(session))).toBe(true)
  const held = await heldEvents(place.open())
  expect(held.map((line) => ('seq' in line ? line.seq : line))).toEqual(sequence(1, 3))
  expect(place.warnings).toEqual([])
})
