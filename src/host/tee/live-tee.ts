/**
 * One tee: follows its source until the stream has ended, its sink has failed or somebody ends it, and says how it is. It
 * owns the sink, and gives it up within a bound.
 */
import type { StreamName, Tee, TeePolicy } from '../../api/session.js'
import { messageOf } from '../../platform/perch-error.js'
import { OneTimeEvent } from '../../platform/process/one-time-event.js'
import { MissedNotices } from './missed-notices.js'
import type { TeeFeed } from './tee-feed.js'
import { TeePump } from './tee-pump.js'
import type { TeeSink } from './tee-sink.js'
import type { TeeSource } from './tee-source.js'

/** All tees of a session must fit into one frame, in the status and beside the exit; a command may be 128 KiB long. */
const SHOWN_CHARS = 1_000

export interface LiveTeeOptions {
  readonly id: string
  readonly stream: StreamName
  readonly policy: TeePolicy
  readonly source: TeeSource
  readonly feed: TeeFeed
  readonly sink: TeeSink
  /** The sink has taken something, or will take no more. Hot. */
  readonly onProgress: () => void
  readonly onMissed: (missed: number) => void
  readonly onFailed: (problem: string) => void
}

export class LiveTee {
  readonly #options: LiveTeeOptions
  readonly #pump: TeePump
  readonly #notices: MissedNotices
  readonly #unfollow: () => void
  readonly #closed = new OneTimeEvent()
  /** `finishing`: the sink has everything, and sees to its own end. */
  #state: 'following' | 'finishing' | 'closed' = 'following'
  #problem: string | null = null

  constructor(options: LiveTeeOptions) {
    this.#options = options
    const { feed, sink, source, onProgress } = options
    this.#notices = new MissedNotices(options.onMissed)
    this.#pump = new TeePump({
      feed,
      sink,
      onTaken: () => {
        this.#notices.noted(this.#missed)
        onProgress()
      },
      onEnd: () => void this.#finish(),
      onFailed: (error) => void this.#close(messageOf(error)),
    })
    this.#unfollow = source.follow(() => this.#wake())
  }

  /** Begins to offer: what is there already, and what comes. */
  begin(): void {
    this.#options.sink.begin?.((problem) => {
      // One that is finishing says by that how it ended.
      if (this.#state === 'following') void this.#close(messageOf(problem))
    })
    this.#pump.run()
  }

  /** How far the sink is behind, for as long as it is to be waited for. */
  get lagBytes(): number {
    return this.#state === 'following' ? this.#end - this.#options.feed.offset : 0
  }

  status(): Tee {
    const { id, stream, policy, feed, sink } = this.#options
    return {
      id,
      stream,
      kind: sink.kind,
      policy,
      ...(sink.target === undefined ? {} : { target: shortened(sink.target) }),
      offset: feed.offset,
      lag: Math.max(0, this.#end - feed.offset),
      missed: this.#missed,
      connected: this.#state !== 'closed',
      problem: this.#problem,
    }
  }

  /**
   * Hands over what came up to now and ends the sink; after `boundMs` it is ended as it is, and what it did not get is
   * missed. Resolves when nothing of the sink is left.
   */
  async end(boundMs: number): Promise<void> {
    this.#pump.until = this.#end
    this.#pump.run()
    if (!(await this.#closed.within(boundMs))) {
      const what = this.#state === 'finishing' ? 'end' : 'take everything'
      await this.#close(`it did not ${what} within ${boundMs / 1000} s`)
    }
    this.#notices.noted(this.#missed)
    this.#notices.close()
  }

  /** Where the tee ends: for now, the end of the stream. */
  get #end(): number {
    return Math.min(this.#pump.until, this.#options.source.end)
  }

  get #missed(): number {
    const { feed } = this.#options
    const { until, markedBytes } = this.#pump
    // What a closed sink did not get up to the end of its tee is missed, once that end is there.
    const isOver = this.#state === 'closed' && until !== Number.POSITIVE_INFINITY
    return markedBytes + (isOver ? Math.max(0, until - feed.offset) : feed.missing)
  }

  #wake(): void {
    this.#options.feed.arrived()
    this.#pump.run()
    this.#notices.noted(this.#missed)
  }

  async #finish(): Promise<void> {
    this.#state = 'finishing'
    try {
      await this.#options.sink.finish()
    } catch (error) {
      await this.#close(messageOf(error))
      return
    }
    await this.#close(null)
  }

  /** Ends the sink as it is. `problem` says why it is not at its end. */
  async #close(problem: string | null): Promise<void> {
    if (this.#state === 'closed') return
    const { sink, feed, onFailed, onProgress } = this.#options
    this.#state = 'closed'
    this.#problem = problem && shortened(problem)
    this.#pump.stop()
    this.#unfollow()
    if (this.#problem !== null) onFailed(this.#problem)
    onProgress()
    const to = this.#end
    await sink.close(feed.offset < to ? { from: feed.offset, to } : undefined)
    this.#closed.raise()
  }
}

function shortened(text: string): string {
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}…`
}
