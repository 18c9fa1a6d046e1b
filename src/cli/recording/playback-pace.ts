/**
 * When the next piece of a recording is to be shown: by its time, its speed, and what the person at the keys wants. It owns
 * one timer while it waits.
 */
import { LONGEST_TIMER_MS } from '../../platform/process/longest-timer.js'

export interface PaceOptions {
  readonly speed: number
  /** No pause of the recording counts for more; infinite for no limit. Before the speed. */
  readonly idleLimitMs: number
}

/** What a slow terminal or a suspended machine held up is not hurried after. */
const LATE_MS = 250

export class PlaybackPace {
  readonly #options: PaceOptions
  #lastSeconds = 0
  #dueMs: number | undefined
  /** Since when it is paused. */
  #pausedMs: number | undefined
  #steps = 0
  #isStopped = false
  #wake: () => void = () => {}

  constructor(options: PaceOptions) {
    this.#options = options
  }

  /** Resolves when what comes at this time of the recording is to be shown, or when it was stopped. One at a time. */
  async reach(seconds: number): Promise<void> {
    const { speed, idleLimitMs } = this.#options
    // While it is paused no time passes: what is late then is not late.
    const nowMs = this.#pausedMs ?? performance.now()
    const waitMs = Math.min((seconds - this.#lastSeconds) * 1000, idleLimitMs) / speed
    this.#lastSeconds = seconds
    const dueMs = (this.#dueMs ?? nowMs) + waitMs
    this.#dueMs = dueMs < nowMs - LATE_MS ? nowMs : dueMs
    while (!this.#isStopped) {
      if (this.#pausedMs !== undefined) {
        if (this.#steps > 0) {
          this.#steps -= 1
          this.#dueMs = this.#pausedMs
          return
        }
        await this.#change(undefined)
        continue
      }
      const leftMs = this.#dueMs - performance.now()
      if (leftMs <= 0) return
      await this.#change(Math.min(leftMs, LONGEST_TIMER_MS))
    }
  }

  togglePause(): void {
    const nowMs = performance.now()
    if (this.#pausedMs === undefined) {
      this.#pausedMs = nowMs
    } else {
      if (this.#dueMs !== undefined) this.#dueMs += nowMs - this.#pausedMs
      this.#pausedMs = undefined
      this.#steps = 0
    }
    this.#wake()
  }

  /** While it is paused: the next piece, and no other. */
  step(): void {
    if (this.#pausedMs === undefined) return
    this.#steps += 1
    this.#wake()
  }

  /** Nothing is waited for any more. */
  stop(): void {
    this.#isStopped = true
    this.#wake()
  }

  #change(timeoutMs: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
