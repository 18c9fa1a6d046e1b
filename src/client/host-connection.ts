/**
 * A client's connection to a session's host: requests, input, and at most one attachment, whose output comes as a
 * sequence of events that always ends with the reason why it ended. Requests and input overtake output that waits to be
 * consumed; the replies to them do not, so whoever stalls on events stalls only itself.
 */
import * as v from 'valibot'
import { FRAME, type Frame } from '../api/frames.js'
import { type HostChannel, openHostChannel } from '../api/host-channel.js'
import { Attached, type AttachParams, HostStatus } from '../api/host-protocol.js'
import type { Size } from '../api/session.js'
import { PerchError } from '../platform/perch-error.js'
import { type AttachmentEvent, eventOf } from './attachment-events.js'
import { FrameQueue } from './frame-queue.js'
import { InputWindow } from './input-window.js'

export interface HostConnection {
  /** The id of the session that answered. */
  readonly session: string | undefined
  readonly input: Pick<InputWindow, 'write' | 'end' | 'settled' | 'accepted'>
  readonly request: HostChannel['request']
  status(): Promise<HostStatus>
  resize(size: Size): Promise<void>
  signal(signal: string): Promise<void>
  /**
   * Follows the session's output. Once per connection.
   * @throws PerchError `already-attached`, `stream-unavailable`, `host-lost`
   */
  attach(params: AttachParams): Promise<HostAttachment>
  /** Ends the connection; an attachment on it ends as `detached`. */
  close(): void
}

export interface HostAttachment {
  readonly attached: Attached
  /**
   * What happens, in order, to be consumed once: data and gaps of each stream, then its end; then the exit; last of all
   * exactly one `closed`. Returning early leaves the connection as it is.
   */
  readonly events: AsyncGenerator<AttachmentEvent, void, void>
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

  return {
    session: opened.hello.session,
    input: window,
    request: opened.request.bind(opened),
    status: async () => v.parse(HostStatus, await opened.request('status', {})),
    resize: async (size) => {
      await opened.request('resize', size)
    },
    signal: async (signal) => {
      await opened.request('signal', { signal })
    },
    attach: async (params) => {
      if (attached) throw new PerchError('internal', 'this connection has an attachment already')
      // Output may follow the reply in the same read, before this function goes on.
      attached = true
      const reply = v.parse(Attached, await opened.request('attach', params))
      return { attached: reply, events: eventsOf(frames, reply, () => closedHere) }
    },
    close: () => {
      closedHere = true
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

async function* eventsOf(
  frames: FrameQueue,
  attached: Attached,
  isClosedHere: () => boolean,
): AsyncGenerator<AttachmentEvent, void, void> {
  const offsets = new Map(Object.entries(attached.offsets))
  for (;;) {
    const frame = await frames.take()
    const event: AttachmentEvent | undefined = frame
      ? eventOf(frame, offsets)
      : { type: 'closed', reason: isClosedHere() ? 'detached' : 'host-lost' }
    if (event) yield event
    if (event?.type === 'closed') return
  }
}
