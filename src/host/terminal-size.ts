/**
 * The size of a session's terminal. It owns the one way to make an application draw its screen again when the size stays
 * the same: no signal is sent for that, so the terminal loses one row for a moment.
 */
import type { Size } from '../api/session.js'
import type { OwnedProcess } from '../platform/process/owned-process.js'

/** Below 20 ms two changes were seen to arrive as one, and nothing was drawn. */
const REDRAW_MS = 25

/**
 * A program that has just started asks for the size and only then handles changes: it would keep the size of that moment.
 * What it has drawn by then is replayed anyway.
 */
const REDRAW_MIN_AGE_MS = 1_000

export class Terminal {
  readonly #process: Pick<OwnedProcess, 'resize'>
  readonly #bornMs = performance.now()
  readonly #onResize: (size: Size) => void
  #size: Size
  #redraw: NodeJS.Timeout | undefined

  /** `onResize` is told of every new size, not of a redraw. */
  constructor(process: Pick<OwnedProcess, 'resize'>, size: Size, onResize: (size: Size) => void) {
    this.#process = process
    this.#size = size
    this.#onResize = onResize
  }

  get size(): Size {
    return this.#size
  }

  /** Sets the size; the same one again does nothing. */
  resize(size: Size): void {
    if (isSame(size, this.#size)) return
    this.#endRedraw()
    this.#size = { cols: size.cols, rows: size.rows }
    this.#process.resize(this.#size)
    this.#onResize(this.#size)
  }

  /** Sets the size, and makes the application draw its screen also when it is the same one. */
  resizeAndRedraw(size: Size): void {
    if (!isSame(size, this.#size)) {
      this.resize(size)
      return
    }
    if (this.#redraw || performance.now() - this.#bornMs < REDRAW_MIN_AGE_MS) return
    const { cols, rows } = this.#size
    this.#process.resize({ cols, rows: rows > 1 ? rows - 1 : rows + 1 })
    this.#redraw = setTimeout(() => {
      this.#redraw = undefined
      this.#process.resize(this.#size)
    }, REDRAW_MS)
  }

  /** Ends with the process. */
  close(): void {
    this.#endRedraw()
  }

  #endRedraw(): void {
    clearTimeout(this.#redraw)
    this.#redraw = undefined
  }
}

function isSame(a: Size, b: Size): boolean {
  return a.cols === b.cols && a.rows === b.rows
}
