/**
 * The frames on a session's socket: `u32 payload length, u8 type, u32 stream, payload`, big endian. JSON payloads for
 * control, raw bytes for data. Pure: no socket is touched here. Types that a peer does not know are skipped by it, so new
 * ones may be added; numbers are never reused.
 */
import { PerchError } from '../platform/perch-error.js'
import type { StreamName } from './session.js'

export const FRAME = {
  /** Both ways, first on the connection: `Hello`. */
  hello: 1,
  /** Client to host: `HostRequest`. */
  request: 2,
  /** Host to client: `HostReply`. */
  reply: 3,
  /** Host to a client that asked for events: `HostEvent`. */
  event: 4,
  /** Host to client: bytes of a stream, in order. */
  data: 16,
  /** Host to client: `{from, to}`: these bytes of the stream are gone; what follows starts at `to`. */
  gap: 17,
  /** Host to client: `{offset}`: the stream has ended here; after its last byte. */
  end: 18,
  /** Host to client: `ExitRecord`: after the end of every stream. */
  exit: 19,
  /** Host to client, last: `Closed`: why the attachment ended. */
  closed: 20,
  /** Host to client: `Size`: the terminal has a new size. */
  size: 21,
  /** Host to client: `Accepted`: how much of the input was taken so far. */
  accepted: 22,
  /** Host to a client that asked for it: bytes that draw the screen on a terminal of its size; what follows comes after it. */
  screen: 23,
  /** Host to client: more of those bytes. */
  screenMore: 24,
  /** Client to host: bytes for stdin or the PTY. */
  input: 32,
  /** Client to host: `{}`: no more input; closes the child's stdin (pipe) or sends the EOF character (PTY). */
  inputEnd: 33,
} as const

export const FRAME_HEADER_BYTES = 9

/** Largest payload. A peer that announces more is broken or hostile, and is cut off. */
export const FRAME_PAYLOAD_LIMIT_BYTES = 1024 * 1024

/** The numbers of streams in frames. */
export const STREAM_NUMBER: Readonly<Record<StreamName, number>> = { stdin: 0, stdout: 1, stderr: 2, pty: 3 }

/** The stream with this number, or undefined for a number of a later version. */
export function streamOfNumber(number: number): StreamName | undefined {
  switch (number) {
    case 0:
      return 'stdin'
    case 1:
      return 'stdout'
    case 2:
      return 'stderr'
    case 3:
      return 'pty'
    default:
      return undefined
  }
}

export interface Frame {
  readonly type: number
  readonly stream: number
  /** May be a view of the chunk it arrived in: valid until the consumer returns, copy to keep it. */
  readonly payload: Uint8Array
}

/** The header alone, so that a large payload can be written beside it without being copied. */
export function encodeFrameHeader(type: number, stream: number, payloadBytes: number): Buffer {
  if (payloadBytes > FRAME_PAYLOAD_LIMIT_BYTES) {
    throw new RangeError(`a frame carries at most ${FRAME_PAYLOAD_LIMIT_BYTES} bytes, not ${payloadBytes}`)
  }
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES)
  putFrameHeader(header, type, stream, payloadBytes)
  return header
}

/** A whole frame in one piece, for a payload that is small enough to be copied. Hot. */
export function encodeFrame(type: number, stream: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.byteLength)
  putFrameHeader(frame, type, stream, payload.byteLength)
  frame.set(payload, FRAME_HEADER_BYTES)
  return frame
}

/** Puts a header at the beginning of a buffer that has the payload behind it. Hot. */
export function putFrameHeader(into: Uint8Array, type: number, stream: number, payloadBytes: number): void {
  putUint32(into, 0, payloadBytes)
  into[4] = type
  putUint32(into, 5, stream)
}

/** Without the checks of Node's own method, which each key would pay for. */
function putUint32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24
  into[at + 1] = value >>> 16
  into[at + 2] = value >>> 8
  into[at + 3] = value
}

/** A whole frame of a JSON value. */
export function encodeJsonFrame(type: number, value: unknown, stream = 0): Buffer {
  const payload = Buffer.from(JSON.stringify(value))
  return Buffer.concat([encodeFrameHeader(type, stream, payload.byteLength), payload])
}

/**
 * The JSON payload of a frame.
 * @throws PerchError `bad-frame` when it is not JSON
 */
export function decodeJsonPayload(frame: Frame): unknown {
  try {
    return JSON.parse(Buffer.from(frame.payload.buffer, frame.payload.byteOffset, frame.payload.byteLength).toString('utf8'))
  } catch (cause) {
    throw new PerchError('bad-frame', 'a control frame is not JSON', { cause })
  }
}
