/**
 * The frames of an attachment inside this process, between the pump that sends them and the one consumer that takes them:
 * what a socket is to a client elsewhere. A frame counts as sent when it was taken, which is what bounds the memory: the
 * pump has two buffers of 64 KiB.
 */
import { FrameDecoder } from '../api/frame-decoder.js'
import type { Frame } from '../api/frames.js'
import type { FrameSink } from '../host/attach/output-pump.js'

interface WaitingFrame {
  readonly frame: Frame
  sent: (() => void) | undefined
}

export class EventQueue implements FrameSink {
  readonly #decoder = new FrameDecoder()
  readonly #frames: WaitingFrame[] = []
  #failure: { readonly reason: unknown } | undefined
  #wake: (() => void) | undefined

  write(bytes: Uint8Array, sent?: (error?: Error | null) => void): void {
    const before = this.#frames.length
    this.#decoder.push(bytes, (frame) => this.#frames.push({ frame, sent: undefined }))
    const last = this.#frames.length > before ? this.#frames.at(-1) : undefined
    // Part of a frame, which the decoder has copied: not from here, or the pump would send the next before it returned.
    if (!last) queueMicrotask(() => sent?.())
    else if (sent) last.sent = () => sent()
    this.#wake?.()
  }

  /** The consumer gets this error from now on, instead of what is waiting. */
  fail(reason: unknown): void {
    this.#failure = { reason }
    this.#wake?.()
  }

  /** The next frame, with a payload of its own. One consumer at a time. */
  async take(): Promise<Frame> {
    for (;;) {
      if (this.#failure) throw this.#failure.reason
      const next = this.#frames.shift()
      if (next) return this.#handOut(next)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #handOut({ frame, sent }: WaitingFrame): Frame {
    // The pump fills its buffer again as soon as it hears that the frame is sent.
    const payload = new Uint8Array(frame.payload)
    sent?.()
    return { ...frame, payload }
  }
}
