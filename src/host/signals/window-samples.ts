/**
 * Which of the many documents of a status line are worth writing down: the agent shows it several times a second, and most tell the
 * allowances of before. Pure but for what it remembers.
 */
import type { ToldWindows } from './told-windows.js'

/** The same numbers once more, because a new answer has confirmed them, at most so often: their age is shown by the minute. */
const CONFIRMED_EVERY_MS = 60_000

export class WindowSamples {
  #written: { readonly told: ToldWindows; readonly text: string; readonly at: number } | undefined

  /** Whether these, told now (ms), say something that was not written. */
  isNews(told: ToldWindows, at: number): boolean {
    const written = this.#written
    if (written === undefined || written.text !== JSON.stringify(told.windows)) return true
    if (told.answers === null || told.answers === written.told.answers) return false
    return Math.abs(at - written.at) >= CONFIRMED_EVERY_MS
  }

  /** They were written. */
  wrote(told: ToldWindows, at: number): void {
    this.#written = { told, text: JSON.stringify(told.windows), at }
  }
}
