/** The last screen of a session that is over, made from its log: of the size that its terminal had at the end. */
import type { Session } from '../api/session.js'
import { readSessionLog } from '../client/log-reader.js'
import type { PerchClient } from '../client/perch-client.js'
import { PerchError } from '../platform/perch-error.js'
import type { ScreenSize } from '../screen/screen-model.js'
import { readScreenProgram } from '../screen/thread/screen-program.js'
import { ScreenThread } from '../screen/thread/screen-thread.js'
import { sessionTitle } from './session-view.js'

/** Of a record that says nothing about it. */
const DEFAULT_SIZE: ScreenSize = { cols: 80, rows: 24 }

/**
 * Reads the log, and has `look` look at the screen that it leaves.
 * @throws PerchError `no-terminal` for a session of pipes
 */
export async function withEndedScreen<T>(
  client: PerchClient,
  session: Session,
  look: (thread: ScreenThread) => Promise<T>,
): Promise<T> {
  if (session.kind !== 'pty') throw new PerchError('no-terminal', `${sessionTitle(session)} had pipes, and no screen`)
  const thread = new ScreenThread(readScreenProgram(), { size: session.size ?? DEFAULT_SIZE, scrollback: 0 }, () => undefined)
  try {
    const from = { at: 'offset', offset: 0 } as const
    for await (const event of readSessionLog(client, session.id, { stream: 'pty', from, follow: false })) {
      if (event.type !== 'data') continue
      // Not `slice`: that of a Buffer shares its memory.
      const copy = new Uint8Array(event.bytes)
      await thread.feed(copy.buffer, copy.byteLength, false)
    }
    return await look(thread)
  } finally {
    thread.close()
  }
}

/** Without the empty rows below everything. */
export function filledLines(lines: readonly string[]): readonly string[] {
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1)
}
