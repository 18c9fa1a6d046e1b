/**
 * A program that is run for a client which attaches right after its start (`perch exec … | …`): what it writes until then
 * must not run through a log that is kept small, so it is held back, as for a client that is far behind; and a host whose
 * program has ended by then waits for the client, which gets the bytes and the exit from it like of any other session.
 */
import type { OutputStream } from '../../platform/process/owned-process.js'
import type { OwnedSession } from '../session.js'

/** It attaches within a tenth of a second; one that was interrupted before it came must not stop the program for ever. */
const CLIENT_WAIT_MS = 5_000

/** Holds the session's child back until somebody is attached; never a PTY. Resolves when somebody is, or is not awaited any more. */
export function holdForClient(session: OwnedSession): Promise<void> {
  const { holdBack, log, events } = session
  const absent = { lagBytes: (stream: OutputStream) => log.stream(stream)?.end ?? 0 }
  holdBack.add(absent)
  return new Promise((resolve) => {
    const timer = setTimeout(stop, CLIENT_WAIT_MS)
    const unsubscribe = events.subscribe(({ type }) => {
      if (type === 'attached') stop()
    })
    function stop(): void {
      clearTimeout(timer)
      unsubscribe()
      holdBack.remove(absent)
      resolve()
    }
  })
}
