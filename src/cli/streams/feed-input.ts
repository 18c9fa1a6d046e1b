/** perch's own standard input, on its way to the session's, and its end. */
import type { HostConnection } from '../../client/host-connection.js'
import { messageOf, PerchError } from '../../platform/perch-error.js'
import { openOwnInput } from './own-input.js'

export interface InputFeed {
  /** Reads and sends no more. */
  stop(): void
}

/**
 * Begins to feed; a program that does not read holds back the reading.
 * @param notice told when the input cannot be read any further, which ends it for the program
 */
export function feedInput(connection: Pick<HostConnection, 'input'>, notice: (message: string) => void): InputFeed {
  const source = openOwnInput()
  const stopped = new AbortController()
  const feed = async () => {
    try {
      for await (const chunk of source.chunks) await connection.input.write(chunk, stopped.signal)
    } catch (error) {
      if (stopped.signal.aborted || isEndOfReader(error)) return
      notice(`input cannot be read: ${messageOf(error)}`)
    } finally {
      source.close()
    }
    await connection.input.end()
  }
  feed().catch((error: unknown) => {
    if (!stopped.signal.aborted && !isEndOfReader(error)) notice(`input was not passed on: ${messageOf(error)}`)
  })
  return {
    stop: () => {
      stopped.abort()
      source.close()
    },
  }
}

/** The program closed its input or ended: as with a pipe, that is no failure of what feeds it. */
function isEndOfReader(error: unknown): boolean {
  return error instanceof PerchError && ['stream-closed', 'session-ended', 'host-lost'].includes(error.code)
}
