/** A connection to the host of the session that a person named, for as long as something is asked of it. */
import type { Session } from '../api/session.js'
import { connectHost, type HostConnection } from '../client/host-connection.js'
import type { PerchClient } from '../client/perch-client.js'
import { PerchError } from '../platform/perch-error.js'
import { sessionTitle } from './session-view.js'

/**
 * Does it on a connection, which is closed afterwards.
 * @param ended what is wrong when the session has ended
 * @throws PerchError `session-not-found`, `session-ended`, `host-lost`, and what the task throws
 */
export async function withSessionHost<T>(
  client: PerchClient,
  asked: string,
  task: (connection: HostConnection, session: Session) => Promise<T>,
  ended: (session: Session) => PerchError = sessionEnded,
): Promise<T> {
  const { session, socket } = await client.endpoint(asked)
  if (socket === null) throw ended(session)
  const connection = await connectHost(socket)
  try {
    return await task(connection, session)
  } finally {
    connection.close()
  }
}

function sessionEnded(session: Session): PerchError {
  return new PerchError('session-ended', `${sessionTitle(session)} has ended`, { hint: `See: perch show ${session.id}` })
}
