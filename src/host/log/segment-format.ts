/**
 * How a stream lies in a session's `log/` folder. Pure.
 *
 * `<stream>.<start>.bin` holds the raw bytes from absolute offset `start` on; segments of a stream follow one another
 * without holes, except where the disk had failed. `<stream>.<start>.idx` beside it tells when they came: records of 24
 * bytes, big endian, in the order of their offsets. A record cut short by a crash is ignored.
 *
 *     0  u64  absolute offset in the stream
 *     8  u64  Unix time in milliseconds
 *    16  u16  kind: 1 the byte at the offset came at this time, 2 the terminal has this size from the offset on
 *    18  u16  columns (kind 2)
 *    20  u16  rows (kind 2)
 *    22  u16  reserved, 0
 */
import { type StreamName, streamNames } from '../../api/session.js'

export const LOG_FOLDER = 'log'

export interface SegmentName {
  readonly stream: StreamName
  readonly start: number
}

export function segmentFileName(name: SegmentName, kind: 'bin' | 'idx'): string {
  return `${name.stream}.${name.start}.${kind}`
}

/** What a `.bin` file's name says; undefined for any other file. */
export function parseSegmentFileName(fileName: string): SegmentName | undefined {
  const match = /^([a-z]+)\.(0|[1-9]\d*)\.bin$/.exec(fileName)
  const stream = streamNames.find((name) => name === match?.[1])
  const start = Number(match?.[2])
  return stream !== undefined && Number.isSafeInteger(start) ? { stream, start } : undefined
}

export const INDEX_RECORD_BYTES = 24

export type IndexRecord =
  | { readonly kind: 'time'; readonly offset: number; readonly unixMs: number }
  | { readonly kind: 'size'; readonly offset: number; readonly unixMs: number; readonly cols: number; readonly rows: number }

const KIND = { time: 1, size: 2 } as const

export function encodeIndexRecord(record: IndexRecord): Buffer {
  const bytes = Buffer.alloc(INDEX_RECORD_BYTES)
  bytes.writeBigUInt64BE(BigInt(record.offset), 0)
  bytes.writeBigUInt64BE(BigInt(record.unixMs), 8)
  bytes.writeUInt16BE(KIND[record.kind], 16)
  if (record.kind === 'size') {
    bytes.writeUInt16BE(record.cols, 18)
    bytes.writeUInt16BE(record.rows, 20)
  }
  return bytes
}

/** The records of an index file. Kinds of a later version are left out. */
export function decodeIndexRecords(bytes: Buffer): readonly IndexRecord[] {
  const records: IndexRecord[] = []
  for (let at = 0; at + INDEX_RECORD_BYTES <= bytes.byteLength; at += INDEX_RECORD_BYTES) {
    const offset = Number(bytes.readBigUInt64BE(at))
    const unixMs = Number(bytes.readBigUInt64BE(at + 8))
    const kind = bytes.readUInt16BE(at + 16)
    if (kind === KIND.time) records.push({ kind: 'time', offset, unixMs })
    if (kind === KIND.size) {
      records.push({ kind: 'size', offset, unixMs, cols: bytes.readUInt16BE(at + 18), rows: bytes.readUInt16BE(at + 20) })
    }
  }
  return records
}
