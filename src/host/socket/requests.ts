/** What a client may ask of a host (`HostRequest`), each with its one answer. */
import type { HostRequest } from '../../api/host-protocol.js'
import { PerchError } from '../../platform/perch-error.js'
import type { OwnedSession } from '../session.js'
import { addTee } from '../tee/open-sink.js'

type DetachRequest = Extract<HostRequest, { method: 'detach' }>

/** The connection a request came on, as far as requests touch it. */
export interface RequestingClient {
  /** The attachment that this connection holds. */
  readonly attachmentId: string | undefined
  /** True for a connection that only watches. */
  readonly watchesOnly: boolean
  /** Has its attachment sent a screen of this moment. */
  redraw(): Promise<void>
  /** Gives up what it has sent and the child not taken; resolves with the bytes taken in all. */
  cancelInput(): Promise<number>
  /** Events from now on, and first those numbered after `since`. */
  subscribe(since: number | undefined): void
  /** One `changed` event at the next change of the status. */
  watchStatus(): void
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
      if (!request.params.watch) return session.status()
      client.watchStatus()
      return { ...session.status(), watched: true }
    case 'subscribe':
      client.subscribe(request.params.since)
      return {}
    case 'detach':
      detach(session, client, request.params)
      return {}
    case 'resize':
      if (client.watchesOnly) throw new PerchError('bad-request', 'a viewer does not set the size of the terminal')
      session.resize(request.params)
      return {}
    case 'redraw':
      await client.redraw()
      return {}
    case 'screen':
      return { screen: await session.shownScreen(request.params.colours ?? false) }
    case 'tail':
      return session.log.tail(request.params.stream, request.params.bytes)
    case 'signal':
      session.signal(request.params.signal, request.params.to)
      return {}
    case 'terminate':
      await session.terminate(request.params.graceMs)
      return {}
    case 'cancelInput':
      return { accepted: await client.cancelInput() }
    case 'addTee':
      return { tee: await addTee(session.tees, request.params) }
    case 'removeTee':
      return { tee: await session.tees.remove(request.params.tee) }
    case 'closeOutput':
      if (client.watchesOnly) throw new PerchError('bad-request', 'a viewer does not close the output of the program')
      session.closeOutput(request.params.stream)
      return {}
  }
}

function detach(session: OwnedSession, client: RequestingClient, params: DetachRequest['params']): void {
  const id = params.attachment ?? client.attachmentId
  const reason = id === client.attachmentId ? 'detached' : 'kicked'
  if (id !== undefined && session.attachments.end(id, { reason, by: params.by ?? client.attachmentId })) return
  throw new PerchError('attachment-not-found', id ? `nobody is attached as ${id}` : 'this connection is not attached', {
    hint: 'perch show lists the attachments of a session.',
  })
}
