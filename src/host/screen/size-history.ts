/** The sizes that a session's terminal has had, each from an offset in its output on. Pure. */
import type { ScreenSize } from '../../screen/screen-model.js'

/** Those that a model which is yet to be made must know; of more, the last ones. */
const SIZES_LIMIT = 1_000

export class SizeHistory {
  /** In the order of their offsets; never empty. */
  #sizes: { readonly offset: number; readonly size: ScreenSize }[]
  readonly #first: ScreenSize

  constructor(first: ScreenSize) {
    this.#first = first
    this.#sizes = [{ offset: 0, size: first }]
  }

  add(offset: number, size: ScreenSize): void {
    this.#sizes.push({ offset, size })
    if (this.#sizes.length > SIZES_LIMIT) this.#sizes.shift()
  }

  /** Whether it has never had another one, and that is this one where one is given. */
  isAlways(size: ScreenSize | undefined): boolean {
    const [only, ...more] = this.#sizes
    if (more.length > 0) return false
    return size === undefined || (only?.size.cols === size.cols && only.size.rows === size.rows)
  }

  at(offset: number): ScreenSize {
    return this.#sizes.findLast((part) => part.offset <= offset)?.size ?? this.#first
  }

  /** Where it changes next after this offset. */
  endAt(offset: number): number {
    return this.#sizes.find((part) => part.offset > offset)?.offset ?? Number.POSITIVE_INFINITY
  }

  /** The size at this offset, when it is another one than the last that was taken; those before are forgotten. */
  takeUntil(offset: number): ScreenSize | undefined {
    const due = this.#sizes.filter((part) => part.offset <= offset)
    const last = due.at(-1)
    if (last === undefined || due.length === 1) return undefined
    this.#sizes = [last, ...this.#sizes.filter((part) => part.offset > offset)]
    return last.size
  }
}
