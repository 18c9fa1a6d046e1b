/** When the bytes of a session's stream came, and which size the terminal had, read from the daemon. */
import { decodeIndexRecords, INDEX_RECORD_BYTES, type IndexRecord } from '../api/log-index.js'
import { INDEX_END_HEADER } from '../api/version.js'
import { PerchError } from '../platform/perch-error.js'
import { callForBytes } from './call-route.js'
import type { DaemonConnectionOptions } from './daemon-connection.js'

export interface LogIndex {
  /** The records tell of every byte before this offset that is still held; 0 for a stream that is not on the disk. */
  readonly end: number
  /** In the order of their offsets. Reading to the end, or returning, closes the connection. */
  readonly records: AsyncGenerator<IndexRecord, void, void>
}

/**
 * The index from an offset on; a few records of before it may come first. It lacks nothing of what a reader of the log was given
 * before it asked.
 * @throws PerchError `session-not-found`, `version-mismatch` for a daemon that is older, and as `callRoute`
 */
export async function readLogIndex(
  options: DaemonConnectionOptions,
  session: string,
  stream: string,
  from: number,
): Promise<LogIndex> {
  const query = [['stream', stream] as const, ['from', String(from)] as const]
  const reply = await callForBytes(options, 'readLogIndex', { path: { session }, query }).catch(explained)
  return { end: Number(reply.headers.get(INDEX_END_HEADER) ?? 0), records: recordsIn(reply.body) }
}

async function* recordsIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<IndexRecord, void, void> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const held = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk])
    const whole = held.byteLength - (held.byteLength % INDEX_RECORD_BYTES)
    rest = held.subarray(whole)
    yield* decodeIndexRecords(held.subarray(0, whole))
  }
}

function explained(error: unknown): never {
  if (!(error instanceof PerchError) || error.code !== 'no-such-route') throw error
  throw new PerchError('version-mismatch', 'the running daemon is older and does not tell when output came', {
    cause: error,
    hint: 'Run: perch daemon restart (sessions go on).',
  })
}
