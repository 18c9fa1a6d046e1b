/** The reading side of the frames (`frames.ts`). Pure: no socket is touched here. */
import { PerchError } from '../platform/perch-error.js'
import { FRAME_HEADER_BYTES, FRAME_PAYLOAD_LIMIT_BYTES, type Frame } from './frames.js'

/**
 * Cuts a byte stream into frames, however it was split. Hot: a payload that arrives whole is passed on without a copy;
 * one that is split over chunks is gathered once into a buffer of its size.
 */
export class FrameDecoder {
  /** Largest payload that is taken from now on: less than the wire's limit from a peer that has yet to say hello. */
  payloadLimitBytes = FRAME_PAYLOAD_LIMIT_BYTES
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
    if (length > this.payloadLimitBytes) throw new PerchError('bad-frame', `a frame of ${length} bytes was announced`)
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
