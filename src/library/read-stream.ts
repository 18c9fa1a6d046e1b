/** Reading one stream's log inside this process: an offset and nothing else, so that it costs the session nothing. */
import type { StreamName } from '../api/session.js'
import type { StreamLog } from '../host/log/stream-log.js'
import { onAbort } from '../platform/on-abort.js'
import type { ReadLogOptions, StreamEvent } from './embedded-session.js'

/** As a frame of an attachment: one turn of the consumer for each. */
const PIECE_BYTES = 64 * 1024

/**
 * Reads from the offset on: up to what there is now, or with `follow` to the end of the stream.
 * @throws the signal's reason when aborted
 */
export async function* readStream(
  stream: StreamName,
  log: StreamLog,
  from: number,
  { follow = false, signal }: ReadLogOptions,
): AsyncGenerator<StreamEvent, void, void> {
  const until = follow ? Number.POSITIVE_INFINITY : log.end
  const piece = Buffer.allocUnsafe(PIECE_BYTES)
  for (let offset = from; ; ) {
    signal?.throwIfAborted()
    const isAtEnd = log.ended && offset >= log.end
    if (offset >= until && !isAtEnd) return
    const read = log.read(offset, piece.subarray(0, Math.min(PIECE_BYTES, until - offset)))
    switch (read.kind) {
      case 'data':
        yield { type: 'data', stream, offset, bytes: new Uint8Array(piece.subarray(0, read.bytes)) }
        offset += read.bytes
        break
      case 'gap':
        yield { type: 'gap', stream, from: read.from, to: read.to }
        offset = read.to
        break
      case 'end':
        yield { type: 'end', stream, offset: read.offset }
        return
      case 'wait':
        await publication(log, signal)
        break
    }
  }
}

/** The next time that something is published; at once when aborted. */
function publication(log: StreamLog, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      unfollow()
      unlisten()
      resolve()
    }
    const unfollow = log.follow(done)
    const unlisten = onAbort(signal, done)
  })
}
