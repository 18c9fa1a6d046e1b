/**
 * When the bytes of a stream came, and which size the terminal had then: records of 24 bytes, big endian, in the order of
 * their offsets. So they lie beside a session's log, and so the control API gives them (`readLogIndex`). Pure.
 *
 *     0  u64  absolute offset in the stream
 *     8  u64  Unix time in milliseconds
 *    16  u16  kind: 1 the byte at the offset came at this time, 2 the terminal has this size from the offset on, 3 the bytes
 *             from the offset on were put into the log at this time and came at some time before it
 *    18  u16  columns (kind 2)
 *    20  u16  rows (kind 2)
 *    22  u16  reserved, 0
 */

export const INDEX_RECORD_BYTES = 24

export type IndexRecord =
  | { readonly kind: 'time'; readonly offset: number; readonly unixMs: number }
  | { readonly kind: 'size'; readonly offset: number; readonly unixMs: number; readonly cols: number; readonly rows: number }
  /** Only memory held them until then: the log was kept there, or the disk had failed. */
  | { readonly kind: 'late'; readonly offset: number; readonly unixMs: number }

const KIND = { time: 1, size: 2, late: 3 } as const

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

/** The records in these bytes. Kinds of a later version are left out, and so is a record that a crash cut short. */
export function decodeIndexRecords(bytes: Buffer): readonly IndexRecord[] {
  const records: IndexRecord[] = []
  for (let at = 0; at + INDEX_RECORD_BYTES <= bytes.byteLength; at += INDEX_RECORD_BYTES) {
    const offset = Number(bytes.readBigUInt64BE(at))
    const unixMs = Number(bytes.readBigUInt64BE(at + 8))
    const kind = bytes.readUInt16BE(at + 16)
    if (kind === KIND.time) records.push({ kind: 'time', offset, unixMs })
    if (kind === KIND.late) records.push({ kind: 'late', offset, unixMs })
    if (kind === KIND.size) {
      records.push({ kind: 'size', offset, unixMs, cols: bytes.readUInt16BE(at + 18), rows: bytes.readUInt16BE(at + 20) })
    }
  }
  return records
}
