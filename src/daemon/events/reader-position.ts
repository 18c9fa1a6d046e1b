/** Which lines of the journal are for a reader, given how far it has come, and where numbers are missing between them. */
import type { EventGap } from '../../api/event.js'
import { seqOfLine } from './journal-format.js'

export interface EventReading {
  /** Only events with a higher number. */
  readonly since: number
  /** The reading ends with this number; it goes on for ever without one. */
  readonly until: number | undefined
  /** Ends the reading when aborted. */
  readonly signal: AbortSignal
}

/** How far a reader has come. */
export class ReaderPosition {
  readonly signal: AbortSignal
  readonly #until: number
  #last: number

  constructor({ since, until = Number.POSITIVE_INFINITY, signal }: EventReading) {
    this.#last = since
    this.#until = until
    this.signal = signal
  }

  get isAtEnd(): boolean {
    return this.#last >= this.#until || this.signal.aborted
  }

  /** The lines that are for this reader, with a gap wherever numbers are missing. */
  take(text: string): string {
    let taken = ''
    for (const line of text.split('\n')) {
      const seq = seqOfLine(line)
      if (seq === undefined || seq <= this.#last || this.#last >= this.#until) continue
      taken += `${this.skipTo(Math.min(seq - 1, this.#until))}`
      if (seq > this.#until) break
      taken += `${line}\n`
      this.#last = seq
    }
    return taken
  }

  /** Everything up to `seq` that was not read is gone: the line that says so, or nothing. */
  skipTo(seq: number): string {
    const to = Math.min(seq, this.#until)
    if (to <= this.#last) return ''
    const gap: EventGap = { schema: 1, type: 'gap', from: this.#last + 1, to }
    this.#last = to
    return `${JSON.stringify(gap)}\n`
  }
}
