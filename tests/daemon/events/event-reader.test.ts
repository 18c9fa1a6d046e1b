import { readdirSync, readlinkSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EventJournal } from '../../../src/daemon/events/event-journal.js'
import { readEvents } from '../../../src/daemon/events/event-reader.js'
import { within } from '../../kit/bounded.js'
import { heldEvents, journalFolder, type Line, parseLines, someEvent } from './kit.js'

const BOUND_MS = 10_000

/** Follows from `since` and resolves with everything up to and with the event `last`. */
async function followUntil(journal: EventJournal, since: number, last: number): Promise<readonly Line[]> {
  const ended = new AbortController()
  const lines: Line[] = []
  for await (const text of readEvents(journal, { since, until: undefined, signal: ended.signal })) {
    lines.push(...parseLines(text))
    if (lines.some((line) => 'seq' in line && line.seq === last)) break
  }
  return lines
}

/** The descriptors of this process that are open on files below the folder. */
function openFilesBelow(folder: string): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`)
      return target.startsWith(folder) ? [target] : []
    } catch {
      return []
    }
  })
}

describe('a reader', () => {
  test('gets what is held after its number, and then what comes', async () => {
    using place = journalFolder()
    const journal = place.open()
    for (const session of ['a', 'b', 'c']) journal.append(someEvent(session))
    const reading = followUntil(journal, 1, 5)
    journal.append(someEvent('d'))
    journal.append(someEvent('e'))
    const lines = await within(reading, BOUND_MS, () => 'five events')
    expect(lines.map((line) => ('seq' in line ? line.seq : line))).toEqual([2, 3, 4, 5])
  })

  test('of a journal without any event waits for the first one', async () => {
    using place = journalFolder()
    const journal = place.open()
    expect(await heldEvents(journal)).toEqual([])
    const reading = followUntil(journal, 0, 1)
    journal.append(someEvent('a'))
    expect(await within(reading, BOUND_MS, () => 'the first event')).toMatchObject([{ seq: 1 }])
  })

  test('that comes too late gets one gap first', async () => {
    using place = journalFolder()
    const journal = place.open(400)
    for (let index = 0; index < 40; index++) journal.append(someEvent('a'))
    const [gap, ...rest] = await heldEvents(journal, 3)
    expect(gap).toMatchObject({ schema: 1, type: 'gap', from: 4 })
    const to = gap && 'to' in gap ? Number(gap.to) : 0
    expect(rest.map((line) => ('seq' in line ? line.seq : line))).toEqual(
      Array.from({ length: 40 - to }, (_, index) => to + 1 + index),
    )
  })

  test('sees every event once or in a gap, however slow it is while files are dropped under it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(30), { minLength: 1, maxLength: 8 }), fc.nat(10), async (bursts, warmUp) => {
        using place = journalFolder()
        const journal = place.open(700)
        for (let index = 0; index < warmUp; index++) journal.append(someEvent('a'))
        const ended = new AbortController()
        const reader = readEvents(journal, { since: 0, until: undefined, signal: ended.signal })
        let last = 0
        const take = (text: string) => {
          for (const line of parseLines(text)) {
            expect('seq' in line ? line.seq : line.from).toBe(last + 1)
            last = 'seq' in line ? Number(line.seq) : Number(line.to)
          }
        }
        for (const burst of bursts) {
          for (let index = 0; index < burst; index++) journal.append(someEvent('a', { name: 'é\u2028' }))
          if (journal.seq > last) take((await within(reader.next(), BOUND_MS, () => 'the next piece')).value ?? '')
        }
        while (last < journal.seq) take((await within(reader.next(), BOUND_MS, () => 'the rest')).value ?? '')
        ended.abort()
        expect((await reader.next()).done).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('is one of a hundred, each with all of it', async () => {
    using place = journalFolder()
    const journal = place.open()
    journal.append(someEvent('a'))
    const readings = Array.from({ length: 100 }, (_, index) => followUntil(journal, index % 2, 300))
    for (let index = 1; index < 300; index++) {
      journal.append(someEvent('a'))
      if (index % 50 === 0) await new Promise(setImmediate)
    }
    const lengths = (await within(Promise.all(readings), BOUND_MS, () => 'a hundred readers')).map(({ length }) => length)
    expect(lengths).toEqual(Array.from({ length: 100 }, (_, index) => 300 - (index % 2)))
    expect(openFilesBelow(place.folder)).toEqual([])
  })

  test('that goes away while it waits leaves nothing open', async () => {
    using place = journalFolder()
    const journal = place.open()
    journal.append(someEvent('a'))
    const ended = new AbortController()
    const reader = readEvents(journal, { since: 0, until: undefined, signal: ended.signal })
    await reader.next()
    expect(openFilesBelow(place.folder)).toHaveLength(1)
    const waiting = reader.next()
    ended.abort()
    expect((await within(waiting, BOUND_MS, () => 'the end')).done).toBe(true)
    expect(openFilesBelow(place.folder)).toEqual([])
  })

  test('comes to its end when the daemon does, with everything before it', async () => {
    using place = journalFolder()
    const journal = place.open()
    const reader = readEvents(journal, { since: 0, until: undefined, signal: new AbortController().signal })
    const first = reader.next()
    journal.append(someEvent('a'))
    journal.close()
    expect(parseLines((await within(first, BOUND_MS, () => 'the event')).value ?? '')).toMatchObject([{ seq: 1 }])
    expect((await within(reader.next(), BOUND_MS, () => 'the end')).done).toBe(true)
  })
})
