/** Reading the log that a session left in a folder (`log: { in: 'folder' }`), by whichever program, after its end or a crash. */
import type { StreamName } from '../api/session.js'
import type { StreamEvent } from './embedded-session.js'

export interface StoredLogOptions {
  /** At the oldest byte held when absent. */
  readonly from?: { readonly at: 'offset'; readonly offset: number } | { readonly at: 'tail'; readonly lines: number } | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads one stream of a stored log to its end. A stream that never wrote a byte is empty, and so is a folder without a log.
 * @example
 * for await (const event of readStoredLog('/var/log/build-7', 'stdout')) if (event.type === 'data') process.stdout.write(event.bytes)
 * @throws PerchError `bad-request`; system errors of reading; the signal's reason when aborted
 */
export async function* readStoredLog(
  folder: string,
  stream: StreamName,
  options: StoredLogOptions = {},
): AsyncGenerator<StreamEvent, void, void> {
  const { readStored } = await import('./stored-log.js')
  yield* readStored(folder, stream, options)
}
