/**
 * A client's connection to a session's host: requests, input, and at most one attachment, whose output comes as a
 * sequence of events that always ends with the reason why it ended. Requests and input overtake output that waits to be
 * consumed; the replies to them do not, so whoever stalls on events stalls only itself.
 */
import type { AttachParams } from '../api/attach-protocol.js'
import { FRAME, type Frame } from '../api/frames.js'
import { type HostChannel, openHostChannel } from '../api/host-channel.js'
import { PerchError } from '../platform/perch-error.js'
import { attachmentOf, type HostAttachment } from './attachment-output.js'
import { FrameQueue } from './frame-queue.js'
import { type HostRequests, hostRequests } from './host-requests.js'
import { InputWindow } from './input-window.js'

export interface HostConnection extends HostRequests {
  /** The id of the session that answered. */
  readonly session: string | undefined
  /** Nothing more can be written after `cancelInput`. */
  readonly input: Pick<InputWindow, 'write' | 'end' | 'finish' | 'settled' | 'accepted' | 'failure'>
  readonly request: HostChannel['request']
  /**
   * Follows the session's output. Once per connection.
   * @throws PerchError `already-attached`, `stream-unavailable`, `host-lost`
   */
  attach(params: AttachParams): Promise<HostAttachment>
  /** Ends the connection; an attachment on it ends as `detached`. */
  close(): void
}

/**
 * Connects to the socket of a live session (`Endpoint.socket`).
 * @throws PerchError `host-lost` when nobody listens there, `version-mismatch`, `timeout`
 */
export async function connectHost(socketPath: string): Promise<HostConnection> {
  const frames = new FrameQueue()
  let channel: HostChannel | undefined
  let input: InputWindow | undefined
  let attached = false
  let closedHere = false
  const onFrame = (frame: Frame) => {
    if (frame.type === FRAME.accepted) input?.acknowledge(frame)
    else if (attached) frames.push(frame, channel)
  }
  const onClose = () => {
    input?.fail(new PerchError('host-lost', 'the connection to the session ended'))
    frames.end()
  }
  const opened = await openHostChannel({ socketPath, role: 'client', onFrame, onClose })
  channel = opened
  const window = new InputWindow(opened)
  input = window
  const requests = hostRequests(opened)

  return {
    session: opened.hello.session,
    input: window,
    request: opened.request.bind(opened),
    ...requests,
    cancelInput: async () => {
      const accepted = await requests.cancelInput()
      window.fail(new PerchError('stream-closed', 'the input of this connection was cancelled'))
      return accepted
    },
    attach: async (params) => {
      if (attached) throw new PerchError('bad-request', 'this connection has an attachment already')
      // Output may follow the reply in the same read, before this function goes on.
      attached = true
      try {
        const reply = opened.check('attached', await opened.request('attach', params))
        return attachmentOf(reply, { frames, check: opened.check, isClosedHere: () => closedHere })
      } catch (error) {
        // Refused: whoever asks again, to steal, may do so on this connection.
        attached = false
        throw error
      }
    },
    close: () => {
      closedHere = true
      // The socket tells of its end in a later turn: what is written until then must not count as sent.
      window.fail(new PerchError('host-lost', 'the connection to the session was closed'))
      opened.close()
    },
  }
}

/**
 * Attaches; undefined when the session ended between the connection and the attachment: its log tells the rest.
 * @throws PerchError `already-attached`, `stream-unavailable`
 */
export async function attachUnlessGone(
  connection: Pick<HostConnection, 'attach'>,
  params: AttachParams,
): Promise<HostAttachment | undefined> {
  try {
    return await connection.attach(params)
  } catch (error) {
    if (error instanceof PerchError && error.code === 'host-lost') return undefined
    throw error
  }
}
