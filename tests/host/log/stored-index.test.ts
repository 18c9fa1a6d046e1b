/** The index of a log on the disk, as it is read while the session runs and after. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeIndexRecords } from '../../../src/api/log-index.js'
import { SessionLog, type SessionLogOptions } from '../../../src/host/log/session-log.js'
import { openStoredIndex, type StoredIndex } from '../../../src/host/log/stored-index.js'
import { seen } from '../../kit/bounded.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'index'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function openLog(options: Partial<SessionLogOptions> = {}): SessionLog {
  const shared = { streams: ['pty'], folder, log: 'disk', logBytes: 1024 * 1024, memoryBytes: 256 * 1024 } as const
  return new SessionLog({ ...shared, onProblem: () => {}, ...options })
}

/** As much as fills several segments, all of it on the disk. */
async function fill(log: SessionLog): Promise<void> {
  for (let written = 0; written < 10; written++) log.append('pty', Buffer.alloc(60_000, 'x'))
  await seen('the last of it on the disk', () => log.stream('pty')?.unpublishedBytes === 0)
}

async function bytesOf(index: StoredIndex): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of index.pieces()) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** The index files of the stream in the order of their offsets. */
function indexFiles(): string[] {
  const start = (name: string) => Number(name.split('.')[1])
  const names = readdirSync(join(folder, 'log')).filter((name) => name.endsWith('.idx'))
  return names.sort((a, b) => start(a) - start(b)).map((name) => join(folder, 'log', name))
}

test('is that of all segments, or of those from an offset on', async () => {
  const log = openLog()
  log.resized({ cols: 80, rows: 24 })
  await fill(log)
  const files = indexFiles()
  expect(files.length).toBeGreaterThan(3)
  const whole = await openStoredIndex(folder, 'pty', 0)
  expect(whole.end).toBe(600_000)
  const bytes = await bytesOf(whole)
  expect(bytes).toEqual(Buffer.concat(files.map((path) => readFileSync(path))))
  expect(whole.lengthBytes).toBe(bytes.byteLength)
  const last = await bytesOf(await openStoredIndex(folder, 'pty', 600_000))
  expect(last).toEqual(readFileSync(files.at(-1) ?? ''))
  log.close()
})

test('keeps the length that it announced when a session that runs drops segments meanwhile', async () => {
  const log = openLog()
  await fill(log)
  const index = await openStoredIndex(folder, 'pty', 0)
  const [first = '', ...others] = indexFiles()
  rmSync(first)
  const bytes = await bytesOf(index)
  expect(bytes.byteLength).toBe(index.lengthBytes)
  expect(decodeIndexRecords(bytes)).toEqual(others.flatMap((path) => decodeIndexRecords(readFileSync(path))))
  log.close()
})

test('says of what was in memory alone that it is late', async () => {
  const log = openLog({ log: 'memory' })
  log.append('pty', Buffer.from('hello'))
  expect(await openStoredIndex(folder, 'pty', 0)).toMatchObject({ end: 0, lengthBytes: 0 })
  log.close()
  const index = await openStoredIndex(folder, 'pty', 0)
  expect(index.end).toBe(5)
  expect(decodeIndexRecords(await bytesOf(index))).toMatchObject([{ kind: 'late', offset: 0 }])
})

test('of a stream that there is not is empty', async () => {
  expect(await openStoredIndex(folder, 'pty', 0)).toMatchObject({ end: 0, lengthBytes: 0 })
})
