/**
 * What a client asks of a host besides its output: one typed call for each request that needs no attachment, every reply
 * checked.
 */
import { FRAME_PAYLOAD_LIMIT_BYTES } from '../api/frames.js'
import type { HostChannel } from '../api/host-channel.js'
import type { HostStatus, SignalTarget } from '../api/host-protocol.js'
import type { ScreenText } from '../api/screen.js'
import type { Size, StreamName, Tee } from '../api/session.js'
import type { AddTeeParams } from '../api/tee-protocol.js'
import { PerchError } from '../platform/perch-error.js'

/** Of a request around its parameters: an id and a method. */
const REQUEST_HEAD_BYTES = 100

/** Every call throws the host's own error, `host-lost` when the connection ended first, and `timeout`. */
export interface HostRequests {
  status(): Promise<HostStatus>
  resize(size: Size): Promise<void>
  /**
   * Has this connection's attachment, made with `draws`, sent a screen of this moment.
   * @throws PerchError `bad-request` where there is none, or by a host of an older version
   */
  redraw(): Promise<void>
  /**
   * What the session's terminal shows now; with `colours` with the sequences that colour it.
   * @throws PerchError `no-terminal`, `screen-unavailable`, `bad-request` by a host of an older version
   */
  screen(options?: { readonly colours?: boolean }): Promise<ScreenText>
  /**
   * The last bytes of a stream, 4 KiB at the most, and the offset after them. Nobody is attached for it.
   * @throws PerchError `stream-unavailable`, `bad-request` by a host of an older version
   */
  tail(stream: StreamName, bytes: number): Promise<{ readonly end: number; readonly bytes: Uint8Array }>
  /** To the program's whole group when `to` is absent. */
  signal(signal: string, to?: SignalTarget): Promise<void>
  /**
   * Adds a sink that follows a stream from now on, also when this connection is gone.
   * @throws PerchError `tee-failed`, `stream-unavailable`, `request-too-large` with a large environment, `bad-request` for
   * what this session cannot do
   */
  addTee(params: AddTeeParams): Promise<Tee>
  /**
   * Flushes and removes a tee; returns what it was at its end.
   * @throws PerchError `tee-not-found`
   */
  removeTee(tee: string): Promise<Tee>
  /**
   * Ends somebody's attachment; their client is told that `by` did.
   * @throws PerchError `attachment-not-found`
   */
  detach(attachment: string, by?: string): Promise<void>
  /**
   * Gives up the input that this connection sent and the child has not taken. Resolves with the bytes that it took of
   * everything sent, to the byte.
   * @throws PerchError `bad-request` by a host of an older version
   */
  cancelInput(): Promise<number>
}

export function hostRequests(channel: Pick<HostChannel, 'request' | 'check'>): HostRequests {
  return {
    status: async () => channel.check('status', await channel.request('status', {})),
    redraw: async () => {
      await channel.request('redraw', {})
    },
    screen: async (options = {}) => channel.check('screen', await channel.request('screen', options)).screen,
    tail: async (stream, bytes) => {
      const { end, base64 } = channel.check('tail', await channel.request('tail', { stream, bytes }))
      return { end, bytes: Buffer.from(base64, 'base64') }
    },
    resize: async (size) => {
      await channel.request('resize', size)
    },
    signal: async (signal, to) => {
      await channel.request('signal', { signal, ...(to && { to }) })
    },
    addTee: async (params) => {
      requireOneFrame(params)
      return channel.check('tee', await channel.request('addTee', params)).tee
    },
    removeTee: async (tee) => channel.check('tee', await channel.request('removeTee', { tee })).tee,
    detach: async (attachment, by) => {
      await channel.request('detach', { attachment, ...(by !== undefined && { by }) })
    },
    cancelInput: async () => channel.check('cancelled', await channel.request('cancelInput', {})).accepted,
  }
}

/** The environment of a command comes from outside, and may be larger than what one frame carries. */
function requireOneFrame(params: AddTeeParams): void {
  const sizeBytes = Buffer.byteLength(JSON.stringify(params)) + REQUEST_HEAD_BYTES
  if (sizeBytes <= FRAME_PAYLOAD_LIMIT_BYTES) return
  const message = `the tee takes ${sizeBytes} bytes to describe, and ${FRAME_PAYLOAD_LIMIT_BYTES} are possible`
  throw new PerchError('request-too-large', message, { hint: 'The environment is too large: unset what is not needed.' })
}
