/**
 * Moves what a feed has into a sink, one thing at a time, for as long as the sink takes it: nothing waits for a sink but its
 * own pump. It ends nothing; whoever owns the sink is told of the end of the feed and of failures.
 */
import type { FeedStep, TeeFeed } from './tee-feed.js'
import type { TeeSink } from './tee-sink.js'

export interface TeePumpOptions {
  readonly feed: TeeFeed
  readonly sink: Pick<TeeSink, 'write' | 'missed'>
  /** The sink has taken something, maybe after `stop`. Hot. */
  readonly onTaken: () => void
  /** The sink has everything. */
  readonly onEnd: () => void
  readonly onFailed: (error: unknown) => void
}

type Offer = Extract<FeedStep, { kind: 'data' | 'missed' }>

export class TeePump {
  /** Nothing is offered from this offset on. */
  until = Number.POSITIVE_INFINITY
  readonly #options: TeePumpOptions
  #isBusy = false
  #isOver = false
  #marked = 0

  constructor(options: TeePumpOptions) {
    this.#options = options
  }

  /** Bytes that the sink was told it misses. */
  get markedBytes(): number {
    return this.#marked
  }

  /** Offers until the sink is busy or nothing is left. Hot. */
  run(): void {
    while (!this.#isBusy && !this.#isOver) {
      const step = this.#options.feed.next(this.until)
      if (step.kind === 'wait') return
      if (step.kind === 'end') {
        this.#isOver = true
        this.#options.onEnd()
      } else {
        this.#offer(step)
      }
    }
  }

  /** Nothing is offered any more. */
  stop(): void {
    this.#isOver = true
  }

  #offer(step: Offer): void {
    const { sink, onFailed } = this.#options
    // Also while a callback runs, which may itself end this tee.
    this.#isBusy = true
    try {
      const taken = step.kind === 'data' ? sink.write(step.offset, step.bytes) : sink.missed(step.from, step.to)
      if (!(taken instanceof Promise)) {
        this.#taken(step, taken)
        return
      }
      taken.then((count) => {
        this.#taken(step, count)
        this.run()
      }, onFailed)
    } catch (error) {
      onFailed(error)
    }
  }

  #taken(step: Offer, count: unknown): void {
    const { feed, onTaken, onFailed } = this.#options
    this.#isBusy = false
    if (step.kind === 'missed') {
      feed.advance(step.to)
      this.#marked += step.to - step.from
    } else {
      const bytes = typeof count === 'number' ? Math.min(count, step.bytes.byteLength) : 0
      feed.advance(step.offset + bytes)
      // Offered again at once, it would keep the event loop from everything else.
      if (bytes === 0 && !this.#isOver) onFailed(new Error('the sink took nothing of what it was offered'))
    }
    onTaken()
  }
}
