/**
 * The daemon's connection to one host: its events, its status, and the requests that the daemon forwards. While it is
 * open the host knows that it has a daemon. Bytes of a session never come this way.
 */
import * as v from 'valibot'
import { decodeJsonPayload, FRAME } from '../../api/frames.js'
import { type HostChannel, openHostChannel } from '../../api/host-channel.js'
import { HostEvent, HostStatus } from '../../api/host-protocol.js'

export interface HostLink {
  readonly request: HostChannel['request']
  /**
   * What the host says now. With `watched` in it, one `changed` event follows when it is no longer true.
   * @throws PerchError `host-lost`, `timeout`
   */
  status(): Promise<HostStatus>
  close(): void
}

export interface HostLinkOptions {
  readonly socketPath: string
  readonly onEvent: (event: HostEvent) => void
  /** The host first tells again what it numbered after this. */
  readonly since: number
  /** Once, when the connection is gone. The host may still live. */
  readonly onClose: () => void
}

/** @throws PerchError `host-lost`, `version-mismatch`, `timeout` */
export async function openHostLink(options: HostLinkOptions): Promise<HostLink> {
  const channel = await openHostChannel({
    socketPath: options.socketPath,
    role: 'daemon',
    onFrame: (frame) => {
      if (frame.type === FRAME.event) options.onEvent(v.parse(HostEvent, decodeJsonPayload(frame)))
    },
    onClose: options.onClose,
  })
  await channel.request('subscribe', { since: options.since })
  return {
    request: channel.request.bind(channel),
    status: async () => v.parse(HostStatus, await channel.request('status', { watch: true })),
    close: () => channel.close(),
  }
}
