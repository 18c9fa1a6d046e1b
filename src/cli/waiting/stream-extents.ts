/** How far the streams of a session are, from its host itself: whoever else could tell may have heard of it a moment ago. */
import { connectHost } from '../../client/host-connection.js'
import type { PerchClient } from '../../client/perch-client.js'
import { PerchError } from '../../platform/perch-error.js'
import type { StreamExtents } from './quiet.js'

/**
 * Undefined when the session has ended, or ends meanwhile.
 * @throws PerchError `timeout` when its host does not answer, `session-not-found`
 */
export async function currentExtents(client: Pick<PerchClient, 'endpoint'>, session: string): Promise<StreamExtents | undefined> {
  const { socket } = await client.endpoint(session)
  if (socket === null) return undefined
  try {
    const connection = await connectHost(socket)
    try {
      const { state, streams } = await connection.status()
      return state === 'exited' ? undefined : streams
    } finally {
      connection.close()
    }
  } catch (error) {
    if (error instanceof PerchError && error.code === 'host-lost') return undefined
    throw error
  }
}
