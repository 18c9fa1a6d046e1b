/**
 * The end of a text that comes in pieces, searched whenever some comes: what a pattern fits may lie across pieces and
 * lines, up to the size of the window. Pure but for the search, which is the caller's.
 */
import type { TextSearch } from './bounded-match.js'

/** UTF-16 units that a match may be long. More than a screen, and searched in well under a millisecond. */
export const WINDOW_LENGTH = 64 * 1024

export class PatternWindow {
  readonly #search: TextSearch
  #text = ''
  /** Where a match may begin: what is before it only tells whether that is the beginning of a line. */
  #from = 0

  constructor(search: TextSearch) {
    this.#search = search
  }

  /** Whether the pattern is found with this piece. */
  push(piece: string): boolean {
    this.#text += piece
    const isFound = this.#search(this.#text, this.#from)
    if (this.#text.length > WINDOW_LENGTH) {
      this.#text = this.#text.slice(-WINDOW_LENGTH - 1)
      this.#from = this.#text.length - WINDOW_LENGTH
    }
    return isFound
  }
}
