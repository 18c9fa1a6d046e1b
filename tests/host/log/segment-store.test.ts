import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeIndexRecords, INDEX_RECORD_BYTES } from '../../../src/api/log-index.js'
import { openEndedLog } from '../../../src/host/log/ended-log.js'
import { parseSegmentFileName } from '../../../src/host/log/segment-format.js'
import { SessionLog, type SessionLogOptions } from '../../../src/host/log/session-log.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function openLog(options: Partial<SessionLogOptions> = {}): SessionLog {
  return new SessionLog({
    streams: ['stdout', 'stderr'],
    folder,
    log: 'disk',
    logBytes: 1024 * 1024,
    memoryBytes: 256 * 1024,
    onProblem: () => undefined,
    ...options,
  })
}

function files(kind: string): readonly string[] {
  return readdirSync(join(folder, 'log')).filter((name) => name.endsWith(`.${kind}`))
}

function diskBytes(): number {
  return readdirSync(join(folder, 'log')).reduce((sum, name) => sum + statSync(join(folder, 'log', name)).size, 0)
}

/** Bytes that tell their offset. */
function pattern(offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  for (let at = 0; at < length; at++) bytes[at] = ((offset + at) * 7 + ((offset + at) >> 8)) & 0xff
  return bytes
}

/** Reads an ended stream to its end; checks every byte and returns the gaps. */
async function readBack(stream: string): Promise<{ readonly end: number; readonly gaps: readonly number[][] }> {
  const log = await openEndedLog(folder)
  const gaps: number[][] = []
  for (let at = 0; ; ) {
    const read = await log.read(stream, at, 50_000)
    if (read.kind === 'end') return { end: read.offset, gaps }
    if (read.kind === 'gap') {
      gaps.push([read.from, read.to])
      at = read.to
    } else {
      expect(read.bytes.equals(pattern(at, read.bytes.byteLength))).toBe(true)
      at += read.bytes.byteLength
    }
  }
}

function fill(log: SessionLog, stream: 'stdout' | 'stderr', bytes: number, step = 10_000): void {
  const { end: from } = log.stream(stream)?.extent() ?? { end: 0 }
  for (let at = from; at < from + bytes; at += step) log.append(stream, pattern(at, Math.min(step, from + bytes - at)))
}

describe('the log on the disk', () => {
  test('is there without being closed, as after a SIGKILL', async () => {
    const log = openLog()
    fill(log, 'stdout', 100_000)
    log.end('stdout')
    expect(await readBack('stdout')).toEqual({ end: 100_000, gaps: [] })
    expect((await openEndedLog(folder)).extents).toEqual({ stdout: { start: 0, end: 100_000 } })
    log.close()
  })

  test('stays below its cap over all streams, dropping the oldest whichever stream it is of', async () => {
    const log = openLog({ logBytes: 400_000 })
    fill(log, 'stderr', 60_000)
    fill(log, 'stdout', 1_000_000)
    log.close()

    expect(diskBytes()).toBeLessThanOrEqual(400_000)
    expect(diskBytes()).toBeGreaterThan(300_000)
    const { start } = log.extents().stdout ?? { start: -1 }
    expect(await readBack('stdout')).toEqual({ end: 1_000_000, gaps: [[0, start]] })
    expect((await openEndedLog(folder)).extents.stderr?.start).toBeGreaterThan(0)
  })

  test('serves readers that memory has outrun, then counts what was dropped', () => {
    const log = openLog({ logBytes: 2 * 1024 * 1024 })
    fill(log, 'stdout', 1_500_000)
    const into = Buffer.alloc(1000)
    const stream = log.stream('stdout')
    expect(stream?.read(0, into)).toEqual({ kind: 'data', bytes: 1000 })
    expect(into.equals(pattern(0, 1000))).toBe(true)
    fill(log, 'stdout', 1_500_000)
    const { start } = stream?.extent() ?? { start: 0 }
    expect(stream?.read(0, into)).toEqual({ kind: 'gap', from: 0, to: start })
    log.close()
  })

  test('tells in its index when bytes came and which size the terminal had', () => {
    const log = openLog({ streams: ['pty'] })
    log.resized({ cols: 80, rows: 24 })
    log.append('pty', pattern(0, 70_000))
    log.resized({ cols: 100, rows: 30 })
    log.append('pty', pattern(70_000, 70_000))
    log.close()

    const [index] = files('idx')
    const records = decodeIndexRecords(readFileSync(join(folder, 'log', index ?? '')))
    expect(records[0]).toMatchObject({ kind: 'size', offset: 0, cols: 80, rows: 24 })
    expect(records[1]).toMatchObject({ kind: 'time', offset: 0 })
    expect(records.find((record) => record.kind === 'size' && record.offset > 0)).toMatchObject({
      offset: 70_000,
      cols: 100,
      rows: 30,
    })
    expect(Math.abs((records[1]?.unixMs ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  test('survives an index record that a crash cut short, and files that are not its own', async () => {
    const log = openLog()
    fill(log, 'stdout', 1000)
    log.close()
    appendFileSync(join(folder, 'log', files('idx')[0] ?? ''), Buffer.alloc(INDEX_RECORD_BYTES - 1))
    writeFileSync(join(folder, 'log', 'stdout.bin'), 'x')
    writeFileSync(join(folder, 'log', 'other.0.bin'), 'x')
    expect(decodeIndexRecords(readFileSync(join(folder, 'log', files('idx')[0] ?? '')))).toHaveLength(1)
    expect(await readBack('stdout')).toEqual({ end: 1000, gaps: [] })
  })

  test('is written at the end when it was kept in memory', async () => {
    const log = openLog({ log: 'memory' })
    fill(log, 'stdout', 400_000)
    expect(readdirSync(folder)).toEqual([])
    expect(log.problem).toBeNull()
    log.close()
    const start = 400_000 - 256 * 1024
    expect(await readBack('stdout')).toEqual({ end: 400_000, gaps: [[0, start]] })
  })
})

describe('when the disk fails', () => {
  test('from the beginning, the log goes on in memory and says so once', () => {
    writeFileSync(join(folder, 'log'), 'a file in place of the folder')
    const problems: string[] = []
    const log = openLog({ onProblem: (message) => problems.push(message) })
    fill(log, 'stdout', 300_000)
    expect(log.stream('stdout')?.extent()).toEqual({ start: 300_000 - 256 * 1024, end: 300_000 })
    fill(log, 'stderr', 10)
    log.end('stderr')
    log.close()
    expect(problems).toHaveLength(1)
    expect(log.problem).toBe(problems[0])
  })

  test('because the folder was removed, it does not come back half', () => {
    const problems: string[] = []
    const log = openLog({ logBytes: 256 * 1024, onProblem: (message) => problems.push(message) })
    fill(log, 'stdout', 100_000)
    rmSync(folder, { recursive: true })
    fill(log, 'stdout', 400_000)
    log.close()
    expect(problems).toHaveLength(1)
    expect(() => statSync(folder)).toThrow('ENOENT')
  })

  test('for a while, what memory still holds is saved at the end, after a hole that readers are told', async () => {
    const log = openLog({ logBytes: 8 * 1024 * 1024 })
    mkdirSync(join(folder, 'log'))
    fill(log, 'stdout', 1_000_000)
    rmSync(join(folder, 'log'), { recursive: true })
    writeFileSync(join(folder, 'log'), 'in the way')
    fill(log, 'stdout', 1_000_000)
    rmSync(join(folder, 'log'))
    log.close()
    expect(log.problem).not.toBeNull()
    const { end, gaps } = await readBack('stdout')
    expect(end).toBe(2_000_000)
    expect(gaps).toHaveLength(1)
    expect(2_000_000 - (gaps[0]?.[1] ?? 0)).toBeGreaterThanOrEqual(256 * 1024)
  })
})

test('segment names are told from other names', () => {
  expect(parseSegmentFileName('pty.0.bin')).toEqual({ stream: 'pty', start: 0 })
  expect(parseSegmentFileName('stdout.4194304.bin')).toEqual({ stream: 'stdout', start: 4194304 })
  for (const other of [
    'pty.0.idx',
    'pty.bin',
    'pty.-1.bin',
    'pty.01.bin',
    'video.0.bin',
    'pty.1e9.bin',
    'pty.99999999999999999999.bin',
  ]) {
    expect(parseSegmentFileName(other)).toBeUndefined()
  }
})
