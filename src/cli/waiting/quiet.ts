/**
 * How long a session has written nothing. What is on its way does not count as silence: when the time has passed, the
 * session itself is asked how far its streams are, so that a stalled machine or a host that hangs is no quiet session.
 */
import type { Session } from '../../api/session.js'

export type StreamExtents = Session['streams']

export interface QuietOptions {
  readonly idleMs: number
  /** How far the streams are when this begins. */
  readonly streams: StreamExtents
  /** How far they are now; undefined when the session is over, which is no silence and is told otherwise. */
  readonly ask: () => Promise<StreamExtents | undefined>
  readonly onQuiet: () => void
  /** The session could not be asked. */
  readonly onFailed: (error: unknown) => void
}

export class Quiet {
  readonly #options: QuietOptions
  /** The end of each stream as far as it is known. */
  readonly #ends = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(options: QuietOptions) {
    this.#options = options
    this.#learn(options.streams)
  }

  /** Silence counts from now on. */
  restart(): void {
    if (this.#isStopped) return
    if (this.#timer) this.#timer.refresh()
    else this.#timer = setTimeout(() => this.#elapsed(), this.#options.idleMs)
  }

  /** The stream was read up to here. */
  readTo(stream: string, offset: number): void {
    this.#ends.set(stream, Math.max(offset, this.#ends.get(stream) ?? 0))
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  #elapsed(): void {
    this.#timer = undefined
    this.#options.ask().then(
      (streams) => this.#judge(streams),
      (error: unknown) => {
        if (!this.#isStopped) this.#options.onFailed(error)
      },
    )
  }

  #judge(streams: StreamExtents | undefined): void {
    // A timer: output came while the session was asked.
    if (this.#isStopped || this.#timer || streams === undefined) return
    const isNew = Object.entries(streams).some(([stream, { end }]) => end > (this.#ends.get(stream) ?? 0))
    this.#learn(streams)
    if (isNew) this.restart()
    else this.#options.onQuiet()
  }

  #learn(streams: StreamExtents): void {
    for (const [stream, { end }] of Object.entries(streams)) this.readTo(stream, end)
  }
}
