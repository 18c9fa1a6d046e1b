/**
 * The output of a terminal program as text that is safe to show on another terminal: escape sequences and control
 * characters are taken out, but for line ends, tabs and colours. A state machine over bytes that keeps its state between
 * chunks; UTF-8 passes untouched. Pure.
 */

type State = 'text' | 'escape' | 'intermediate' | 'csi' | 'string' | 'string-escape'

const ESC = 0x1b
const BEL = 0x07
/** A colour sequence is short; a longer one is something else, or damaged. */
const COLOUR_LIMIT_BYTES = 64
const RESET = Buffer.from('\x1b[0m')

export class TerminalTextFilter {
  #state: State = 'text'
  #sequence: number[] = []
  #isColoured = false

  /** The text in this chunk. */
  push(chunk: Uint8Array): Uint8Array {
    const text: number[] = []
    for (const byte of chunk) this.#step(byte, text)
    return Uint8Array.from(text)
  }

  /** What must follow the last chunk so that a colour left on does not stay. */
  end(): Uint8Array {
    return this.#isColoured ? RESET : new Uint8Array(0)
  }

  #step(byte: number, text: number[]): void {
    if (byte === ESC && this.#state !== 'string') {
      this.#begin('escape')
      return
    }
    switch (this.#state) {
      case 'text':
        if (isText(byte)) text.push(byte)
        return
      case 'escape':
        this.#introduce(byte)
        return
      case 'intermediate':
        if (byte >= 0x30) this.#begin('text')
        return
      case 'csi':
        this.#takeCsi(byte, text)
        return
      case 'string':
        if (byte === ESC) this.#begin('string-escape')
        else if (byte === BEL) this.#begin('text')
        return
      case 'string-escape':
        // ESC \ ends the string; anything else begins another sequence, which ends it as well.
        this.#introduce(byte)
        return
    }
  }

  #introduce(byte: number): void {
    if (byte === 0x5b) this.#begin('csi')
    // DCS, SOS, OSC, PM, APC.
    else if ([0x50, 0x58, 0x5d, 0x5e, 0x5f].includes(byte)) this.#begin('string')
    else this.#begin(byte >= 0x20 && byte <= 0x2f ? 'intermediate' : 'text')
  }

  #takeCsi(byte: number, text: number[]): void {
    this.#sequence.push(byte)
    if (byte >= 0x20 && byte <= 0x3f) return
    const isColour = byte === 0x6d && this.#sequence.length <= COLOUR_LIMIT_BYTES && isColourParameters(this.#sequence)
    if (isColour) {
      text.push(ESC, 0x5b, ...this.#sequence)
      this.#isColoured = true
    }
    this.#begin('text')
  }

  #begin(state: State): void {
    this.#state = state
    this.#sequence = []
  }
}

function isText(byte: number): boolean {
  return byte === 0x09 || byte === 0x0a || byte === 0x0d || (byte >= 0x20 && byte !== 0x7f)
}

/** Digits, `;` and `:` only: `CSI > … m` sets keyboard modes and is no colour. */
function isColourParameters(sequence: readonly number[]): boolean {
  return sequence.slice(0, -1).every((byte) => byte >= 0x30 && byte <= 0x3b)
}
