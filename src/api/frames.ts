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
  header.writeUInt32BE(payloadBytes, 0)
  header.writeUInt8(type, 4)
  header.writeUInt32BE(stream, 5)
  return header
}

/** A whole frame of a JSON value. */
export function encodeJsonFrame(type: number, value: unknown, stream = 0): Buffer {
  const payload = Buffer.from(JSON.stringify(value))
  return Buffer.concat([encodeFrameHeader(type, stream, payload.byteLength), payload])
}

/**
 * Cuts a byte stream into frames, however it was split. Hot: a payload that arrives whole is passed on without a copy;
 * one that is split over chunks is gathered once into a buffer of its size.
 */
export class FrameDecoder {
  readonly #header = Buffer.alloc(FRAME_HEADER_BYTES)
  #headerFilled = 0
  #payload: Buffer | undefined
  #payloadFilled = 0

  /**
   * Calls `onFrame` for each frame that is complete with this chunk.
   * @throws PerchError `bad-frame` when a payload above the limit is announced; the connection must then be closed
   */
  push(chunk: Uint8Array, onFrame: (frame: Frame) => void): void {
    let at = 0
    while (at < chunk.byteLength) {
      if (this.#headerFilled < FRAME_HEADER_BYTES) {
        at += this.#fillHeader(chunk, at)
        if (this.#headerFilled < FRAME_HEADER_BYTES) return
        this.#checkLength()
      }
      const wanted = this.#header.readUInt32BE(0)
      if (this.#payload === undefined && chunk.byteLength - at >= wanted) {
        const payload = chunk.subarray(at, at + wanted)
        at += wanted
        this.#deliver(payload, onFrame)
        continue
      }
      this.#payload ??= Buffer.allocUnsafe(wanted)
      const taken = Math.min(wanted - this.#payloadFilled, chunk.byteLength - at)
      this.#payload.set(chunk.subarray(at, at + taken), this.#payloadFilled)
      this.#payloadFilled += taken
      at += taken
      if (this.#payloadFilled === wanted) this.#deliver(this.#payload, onFrame)
    }
    // A frame without payload is complete with its header, which may be the last bytes of a chunk.
    if (this.#headerFilled === FRAME_HEADER_BYTES && this.#header.readUInt32BE(0) === 0) this.#deliver(new Uint8Array(0), onFrame)
  }

  #fillHeader(chunk: Uint8Array, at: number): number {
    const taken = Math.min(FRAME_HEADER_BYTES - this.#headerFilled, chunk.byteLength - at)
    this.#header.set(chunk.subarray(at, at + taken), this.#headerFilled)
    this.#headerFilled += taken
    return taken
  }

  #checkLength(): void {
    const length = this.#header.readUInt32BE(0)
    if (length > FRAME_PAYLOAD_LIMIT_BYTES) throw new PerchError('bad-frame', `a frame of ${length} bytes was announced`)
  }

  #deliver(payload: Uint8Array, onFrame: (frame: Frame) => void): void {
    const type = this.#header.readUInt8(4)
    const stream = this.#header.readUInt32BE(5)
    this.#headerFilled = 0
    this.#payload = undefined
    this.#payloadFilled = 0
    onFrame({ type, stream, payload })
  }
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
