/** The output of one stream with the times and sizes of its index. Holds one piece of the log and one record at a time. */
import type { LogIndex } from '../../client/log-index.js'
import type { LogEvent } from '../../client/log-request.js'
import { IndexPosition } from './index-position.js'
import type { TimedPiece } from './timed-piece.js'

/** `events` of one stream from its beginning on; `askIndex` gives the index of the same stream from an offset on. */
export async function* timedOutput(
  events: AsyncIterable<LogEvent>,
  askIndex: (from: number) => Promise<LogIndex>,
): AsyncGenerator<TimedPiece, void, void> {
  const position = new IndexPosition(askIndex)
  let end = 0
  try {
    for await (const event of events) {
      if (event.type === 'gap') yield { kind: 'gap', stream: event.stream, from: event.from, to: event.to }
      if (event.type !== 'data') continue
      const { stream, offset, bytes } = event
      end = offset + bytes.byteLength
      for (let at = offset; at < end; ) {
        yield* sizePieces(await position.goTo(at))
        const to = Math.min(end, position.until)
        const { unixMs, isTimed } = position
        yield { kind: 'output', stream, bytes: bytes.subarray(at - offset, to - offset), unixMs, isTimed }
        at = to
      }
    }
    yield* sizePieces(await position.goToEnd(end))
  } finally {
    await position.close()
  }
}

function* sizePieces(records: readonly { cols: number; rows: number; unixMs: number }[]): Generator<TimedPiece, void, void> {
  for (const { cols, rows, unixMs } of records) yield { kind: 'size', size: { cols, rows }, unixMs }
}
