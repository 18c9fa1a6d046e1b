import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EVENT_FILE_LIMIT_BYTES, EventFile, type NumberedEvent, readEventFiles } from '../../src/host/event-file.js'
import { workerFolder } from '../kit/worker-folder.js'

interface SessionFolder extends Disposable {
  readonly path: string
}

function sessionFolder(): SessionFolder {
  const path = mkdtempSync(join(workerFolder(), 's'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

function event(number: number, more: object = {}): NumberedEvent {
  return { type: 'attached', at: '2026-01-01T00:00:00.000Z', number, ...more }
}

describe("a host's events on disk", () => {
  test('are read in their order, with all that they say', () => {
    using folder = sessionFolder()
    const file = new EventFile(folder.path)
    const events = [event(1, { attachment: { id: '1', mode: 'viewer' } }), event(2, { problem: 'a\nb\u2028c' })]
    for (const one of events) file.append(one)
    expect(readEventFiles(folder.path)).toEqual(events)
    expect(statSync(join(folder.path, 'events.jsonl')).mode & 0o777).toBe(0o600)
  })

  test('of a session without any are none', () => {
    using folder = sessionFolder()
    expect(readEventFiles(folder.path)).toEqual([])
  })

  test('are bounded: the oldest go, the newest stay without a hole', () => {
    using folder = sessionFolder()
    const file = new EventFile(folder.path)
    const count = 2_000
    for (let number = 1; number <= count; number++) file.append(event(number, { problem: 'x'.repeat(400) }))
    const held = readEventFiles(folder.path).map(({ number }) => number)
    expect(held.at(-1)).toBe(count)
    expect(held).toEqual(Array.from({ length: held.length }, (_, index) => count - held.length + 1 + index))
    expect(held.length).toBeGreaterThan(EVENT_FILE_LIMIT_BYTES / 500)
    const bytes = ['events.jsonl', 'events.1.jsonl'].reduce((sum, name) => sum + statSync(join(folder.path, name)).size, 0)
    expect(bytes).toBeLessThan(2 * EVENT_FILE_LIMIT_BYTES + 1_000)
  })

  test('survive a line that was cut off at any byte: only that one is left out', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(80), (before, cut) => {
        using folder = sessionFolder()
        const file = new EventFile(folder.path)
        for (let number = 1; number <= before; number++) file.append(event(number))
        const line = JSON.stringify(event(before + 1))
        appendFileSync(join(folder.path, 'events.jsonl'), line.slice(0, Math.min(cut, line.length - 1)))
        expect(readEventFiles(folder.path)).toHaveLength(before)
      }),
    )
  })

  test('are not written into a folder that was deleted, which is an error and no more', () => {
    using folder = sessionFolder()
    const file = new EventFile(folder.path)
    file.append(event(1))
    rmSync(folder.path, { recursive: true })
    expect(() => file.append(event(2))).toThrow('ENOENT')
    expect(readEventFiles(folder.path)).toEqual([])
  })

  test('are whole lines of JSON, for whoever looks', () => {
    using folder = sessionFolder()
    new EventFile(folder.path).append(event(1))
    expect(readFileSync(join(folder.path, 'events.jsonl'), 'utf8')).toBe(`${JSON.stringify(event(1))}\n`)
  })
})
