/** Marks for later: each at most once, at the earliest time that was asked for. */
import type { Mark } from './marks.js'

export class TimedMarks {
  readonly #onDue: (mark: Mark) => void
  readonly #timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly dueAt: number }>()

  constructor(onDue: (mark: Mark) => void) {
    this.#onDue = onDue
  }

  add(mark: Mark, inMs: number): void {
    const key = JSON.stringify(mark)
    const dueAt = performance.now() + inMs
    const known = this.#timers.get(key)
    if (known && known.dueAt <= dueAt) return
    clearTimeout(known?.timer)
    const due = () => {
      this.#timers.delete(key)
      this.#onDue(mark)
    }
    this.#timers.set(key, { timer: setTimeout(due, inMs), dueAt })
  }

  close(): void {
    for (const { timer } of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}
