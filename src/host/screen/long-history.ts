/**
 * Lines from further up than a session's screen keeps them, for whoever asks: everything that the log holds goes through a
 * terminal of the size of this moment once more, which is gone afterwards.
 */
import type { ScreenSize } from '../../screen/screen-model.js'
import { ScreenThread } from '../../screen/thread/screen-thread.js'
import type { StreamLog } from '../log/stream-log.js'

export interface LongHistoryOptions {
  readonly log: Pick<StreamLog, 'extent' | 'read'>
  /** The first byte that is not read any more. */
  readonly end: number
  /** The program of a thread that keeps a screen, as text. */
  readonly program: string
  readonly size: ScreenSize
  readonly lines: number
}

/** More would not fit a thread's memory on a wide terminal. */
const LINES_LIMIT = 50_000
const PIECE_BYTES = 1024 * 1024

/** What puts the last `lines` above the screen; to be followed by what restores the screen. Rejects when the thread ends. */
export async function drawLongHistory({ log, end, program, size, lines }: LongHistoryOptions): Promise<string> {
  const scrollback = Math.min(lines, LINES_LIMIT)
  const thread = new ScreenThread(program, { size, scrollback }, () => undefined)
  try {
    let buffer = new ArrayBuffer(PIECE_BYTES)
    for (let at = log.extent().start; at < end; ) {
      const read = log.read(at, new Uint8Array(buffer, 0, Math.min(PIECE_BYTES, end - at)))
      if (read.kind === 'gap') at = read.to
      else if (read.kind === 'data') {
        at += read.bytes
        const fed = await thread.feed(buffer, read.bytes, false)
        buffer = fed.buffer
      } else break
    }
    return await thread.above(scrollback)
  } finally {
    thread.close()
  }
}
