import { LONGEST_TIMER_MS } from './longest-timer.js'

/** Something that happens once, and that can be waited for with a bound. */
export class OneTimeEvent {
  #raise: () => void = () => {}
  readonly #raised = new Promise<'raised'>((resolve) => {
    this.#raise = () => resolve('raised')
  })

  /** Says that it happened. Saying so again does nothing. */
  raise(): void {
    this.#raise()
  }

  /** Waits for it at most `boundMs`: whether it happened. */
  async within(boundMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const bound = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), Math.min(boundMs, LONGEST_TIMER_MS))
    })
    try {
      return (await Promise.race([this.#raised, bound])) === 'raised'
    } finally {
      clearTimeout(timer)
    }
  }
}
