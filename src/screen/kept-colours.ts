/** The colours that a program has given its terminal: those of the palette (OSC 4), and of text, cursor and the like (OSC 10 to 19). */
import { remember } from './remember.js'

/** The numbers in OSC that set a colour, but for those of the palette. */
export const FIRST_COLOUR = 10
export const LAST_COLOUR = 19

export class KeptColours {
  readonly #palette = new Map<number, string>()
  /** By their numbers in OSC. */
  readonly #colours = new Map<number, string>()

  /** `OSC 4 ; 1 ; a ; 2 ; b` sets two. */
  setPalette(text: string): void {
    const parts = text.split(';')
    for (let at = 0; at + 1 < parts.length; at += 2) {
      const [index, colour] = [Number(parts[at]), parts[at + 1] ?? '']
      if (Number.isInteger(index) && isColour(colour)) remember(this.#palette, index, colour)
    }
  }

  /** `OSC 104`. */
  resetPalette(text: string): void {
    if (text === '') this.#palette.clear()
    else for (const index of text.split(';')) this.#palette.delete(Number(index))
  }

  /** `OSC 10 ; a ; b` sets 10 and 11. */
  set(first: number, text: string): void {
    for (const [at, colour] of text.split(';').entries()) {
      if (isColour(colour) && first + at <= LAST_COLOUR) remember(this.#colours, first + at, colour)
    }
  }

  /** `OSC 110` and so on. */
  forget(number: number): void {
    this.#colours.delete(number)
  }

  /** What sets all this in a terminal that was just started. */
  sequence(): string {
    const palette = [...this.#palette].map(([index, colour]) => `\x1b]4;${index};${colour}\x1b\\`)
    const colours = [...this.#colours].map(([number, colour]) => `\x1b]${number};${colour}\x1b\\`)
    return [...palette, ...colours].join('')
  }

  reset(): void {
    this.#palette.clear()
    this.#colours.clear()
  }
}

/** Not a question for the colour. */
function isColour(text: string): boolean {
  return text !== '' && text !== '?'
}
