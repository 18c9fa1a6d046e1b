/**
 * The mark that proves that a terminal was read to the end: written into the slave after the child's exit, read back at
 * the master, and cut out. Pure: bytes in, bytes out, whatever the sizes of the reads.
 */
import { randomInt } from 'node:crypto'

const DIGITS = 24

/**
 * A new mark: an APC string, which a terminal would not show. Only digits inside, so that no output mode of the terminal
 * (OLCUC, ONLCR, tabs) changes it, and enough of them that no output holds it by chance.
 */
export function createMark(): Uint8Array {
  const digits = Array.from({ length: DIGITS }, () => randomInt(10)).join('')
  return Buffer.from(`\x1b_${digits}\x1b\\`, 'latin1')
}

/** Cuts the first whole occurrence of a mark out of a stream. */
export class MarkCutter {
  readonly #mark: Uint8Array
  /** How many bytes of the mark the end of the stream so far may be; they are held back. */
  #held = 0
  #found = false

  constructor(mark: Uint8Array) {
    this.#mark = mark
  }

  /** Whether the mark has come by: every byte that was written before it has been passed on. */
  get found(): boolean {
    return this.#found
  }

  /** Takes the next bytes of the stream and passes on what is not the mark, in order. */
  push(bytes: Uint8Array, pass: (bytes: Uint8Array) => void): void {
    let next = 0
    while (!this.#found && next < bytes.byteLength) {
      const byte = bytes[next]
      if (byte === this.#mark[this.#held]) {
        this.#held += 1
        next += 1
        this.#found = this.#held === this.#mark.byteLength
        continue
      }
      if (this.#held > 0) {
        next = this.#giveUp(next, pass)
        continue
      }
      // Hot path: up to the next byte that could begin the mark.
      const start = bytes.indexOf(this.#first, next)
      const end = start === -1 ? bytes.byteLength : start
      pass(bytes.subarray(next, end))
      next = end
    }
    if (this.#found && next < bytes.byteLength) pass(bytes.subarray(next))
  }

  /** The bytes held back that no more will follow. */
  takeHeld(): Uint8Array {
    const held = this.#found ? new Uint8Array() : this.#mark.slice(0, this.#held)
    this.#held = 0
    return held
  }

  get #first(): number {
    return this.#mark[0] ?? 0
  }

  /**
   * A false start: its bytes are passed on, less the longest tail that may be a true start. ESC is the mark's first byte
   * and comes again only before its last, so that tail is empty or the ESC just before the expected backslash.
   */
  #giveUp(next: number, pass: (bytes: Uint8Array) => void): number {
    const keep = this.#held > 1 && this.#mark[this.#held - 1] === this.#first ? 1 : 0
    pass(this.#mark.subarray(0, this.#held - keep))
    this.#held = keep
    return next
  }
}
