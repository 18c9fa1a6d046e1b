/**
 * Frames between the socket that delivers them and the consumer that takes them one by one. Bounded by telling the
 * source to stop and go on, so a consumer that stalls costs its window and no more; what is queued is never dropped.
 */
import type { Frame } from '../api/frames.js'

/** Above this the source is stopped: a few full reads of the socket, so that a fast consumer never waits. */
const HIGH_WATER_BYTES = 512 * 1024
/** Below this it goes on. */
const LOW_WATER_BYTES = 128 * 1024

export interface FrameSource {
  pause(): void
  resume(): void
}

export class FrameQueue {
  readonly #frames: Frame[] = []
  #queuedBytes = 0
  #paused: FrameSource | undefined
  #ended = false
  #wake: (() => void) | undefined

  push(frame: Frame, source: FrameSource | undefined): void {
    this.#frames.push(frame)
    this.#queuedBytes += frame.payload.byteLength
    if (this.#queuedBytes > HIGH_WATER_BYTES && this.#paused === undefined && source) {
      this.#paused = source
      source.pause()
    }
    this.#wake?.()
  }

  /** No more frames will come; those queued are still taken. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  /** The next frame; undefined after the last. One consumer at a time. */
  async take(): Promise<Frame | undefined> {
    while (this.#frames.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
    return this.#shift()
  }

  /**
   * Instead of `take`: hands each frame on as it comes, undefined after the last, until `done`. A promise holds back the
   * next. Rejects with what `consume` throws; nothing is handed on then.
   */
  handOn(consume: (frame: Frame | undefined) => Promise<void> | 'done' | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      let idle = true
      const stop = (settle: () => void) => {
        this.#wake = undefined
        settle()
      }
      const drain = () => {
        while (idle && (this.#frames.length > 0 || this.#ended)) {
          const taken = consume(this.#shift())
          if (taken === 'done') return stop(resolve)
          if (taken) wait(taken)
        }
      }
      const wake = () => {
        try {
          drain()
        } catch (error) {
          stop(() => reject(error))
        }
      }
      const wait = (taken: Promise<void>) => {
        idle = false
        const goOn = () => {
          idle = true
          wake()
        }
        taken.then(goOn, (error) => stop(() => reject(error)))
      }
      this.#wake = wake
      wake()
    })
  }

  #shift(): Frame | undefined {
    const frame = this.#frames.shift()
    if (frame) this.#release(frame.payload.byteLength)
    return frame
  }

  #release(bytes: number): void {
    this.#queuedBytes -= bytes
    if (this.#paused === undefined || this.#queuedBytes > LOW_WATER_BYTES) return
    this.#paused.resume()
    this.#paused = undefined
  }
}
