/** What a client may ask of a host (`HostRequest`), each with its one answer. */
import type { HostRequest } from '../../api/host-protocol.js'
import { PerchError } from '../../platform/perch-error.js'
import type { OwnedSession } from '../session.js'

/** The connection a request came on, as far as requests touch it. */
export interface RequestingClient {
  /** The attachment that this connection holds. */
  readonly attachmentId: string | undefined
  /** True for a connection that only watches. */
  readonly watchesOnly: boolean
  subscribe(): void
}

/**
 * Does what was asked, but for `attach`, and returns the result for the reply.
 * @throws PerchError with the code for the reply
 */
export async function answerRequest(
  request: Exclude<HostRequest, { method: 'attach' }>,
  session: OwnedSession,
  client: RequestingClient,
): Promise<unknown> {
  switch (request.method) {
    case 'status':
      return session.status()
    case 'subscribe':
      client.subscribe()
      return {}
    case 'detach':
      detach(session, client, request.params.attachment ?? client.attachmentId)
      return {}
    case 'resize':
      if (client.watchesOnly) throw new PerchError('bad-request', 'a viewer does not set the size of the terminal')
      session.resize(request.params)
      return {}
    case 'signal':
      session.signal(request.params.signal)
      return {}
    case 'terminate':
      await session.terminate(request.params.graceMs)
      return {}
  }
}

function detach(session: OwnedSession, client: RequestingClient, id: string | undefined): void {
  const reason = id === client.attachmentId ? 'detached' : 'kicked'
  if (id !== undefined && session.attachments.end(id, { reason, by: client.attachmentId })) return
  throw new PerchError('attachment-not-found', id ? `nobody is attached as ${id}` : 'this connection is not attached', {
    hint: 'perch show lists the attachments of a session.',
  })
}
