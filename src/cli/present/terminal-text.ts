/**
 * The output of a terminal program as text that is safe to show on another terminal: escape sequences and control
 * characters are taken out, those of eight bits as well, but for line ends, tabs and (unless they are unwanted) colours. A state
 * machine over bytes that keeps its state between chunks; other UTF-8 passes untouched. Pure.
 */

type State = 'text' | 'c1' | 'escape' | 'intermediate' | 'csi' | 'string' | 'string-escape'

const BEL = 0x07
/** Both abort the sequence that they stand in (ECMA-48, and xterm's parser). */
const CAN = 0x18
const SUB = 0x1a
const ESC = 0x1b
/** Leads U+0080 to U+00BF, the first half of which are the controls of eight bits: to xterm and VTE U+009B is `ESC [`. */
const C2 = 0xc2
const ST8 = 0x9c
/** A colour sequence is short; a longer one is something else, or damaged. */
const COLOUR_LIMIT_BYTES = 64
const RESET = Buffer.from('\x1b[0m')

export class TerminalTextFilter {
  readonly #keepsColours: boolean
  #state: State = 'text'
  /** Of the control sequence that is being read, as far as it may still be a colour. */
  #sequence: number[] = []
  #isColoured = false
  /** Inside of a string. */
  #previous = 0

  constructor(options: { readonly colours: 'keep' | 'drop' } = { colours: 'keep' }) {
    this.#keepsColours = options.colours === 'keep'
  }

  /** The text in this chunk. Hot for whoever waits for words in a flood: runs of text are copied whole. */
  push(chunk: Uint8Array): Uint8Array {
    // What was held back of a colour that began in an earlier chunk may come with this one.
    const text = new TextBytes(chunk.byteLength + COLOUR_LIMIT_BYTES + 2)
    for (let at = 0; at < chunk.byteLength; ) {
      const end = this.#state === 'text' ? endOfText(chunk, at) : at
      if (end > at) text.append(chunk.subarray(at, end))
      if (end < chunk.byteLength) this.#step(chunk[end] ?? 0, text)
      at = end + 1
    }
    return text.taken()
  }

  /** What must follow the last chunk so that a colour left on does not stay. */
  end(): Uint8Array {
    return this.#isColoured ? RESET : new Uint8Array(0)
  }

  #step(byte: number, text: TextBytes): void {
    if (byte === CAN || byte === SUB) {
      this.#begin('text')
      return
    }
    if (byte === ESC && this.#state !== 'string') {
      this.#begin('escape')
      return
    }
    switch (this.#state) {
      case 'text':
        // A control character: left out.
        if (byte === C2) this.#begin('c1')
        return
      case 'c1':
        if (byte >= 0x80 && byte < 0xa0) this.#introduce(byte - 0x40)
        else this.#takeAfterC2(byte, text)
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
        else if (byte === BEL || (byte === ST8 && this.#previous === C2)) this.#begin('text')
        this.#previous = byte
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

  /** A character of two bytes, or a damaged one and what follows it. */
  #takeAfterC2(byte: number, text: TextBytes): void {
    text.append([C2])
    this.#begin('text')
    if (isText(byte)) text.append([byte])
    else this.#step(byte, text)
  }

  #takeCsi(byte: number, text: TextBytes): void {
    if (this.#sequence.length <= COLOUR_LIMIT_BYTES) this.#sequence.push(byte)
    if (byte >= 0x20 && byte <= 0x3f) return
    const isColour = byte === 0x6d && this.#sequence.length <= COLOUR_LIMIT_BYTES && isColourParameters(this.#sequence)
    if (isColour && this.#keepsColours) {
      text.append([ESC, 0x5b, ...this.#sequence])
      this.#isColoured = true
    }
    this.#begin('text')
  }

  #begin(state: State): void {
    this.#state = state
    this.#sequence = []
  }
}

/** Bytes gathered into a buffer that is large enough. */
class TextBytes {
  readonly #bytes: Uint8Array
  #length = 0

  constructor(sizeBytes: number) {
    this.#bytes = new Uint8Array(sizeBytes)
  }

  append(bytes: ArrayLike<number>): void {
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  taken(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }
}

/** Where the run of text that begins at `at` ends. */
function endOfText(chunk: Uint8Array, at: number): number {
  let end = at
  while (end < chunk.byteLength && isText(chunk[end] ?? 0)) end++
  return end
}

function isText(byte: number): boolean {
  return (byte >= 0x20 && byte !== 0x7f && byte !== C2) || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/** Digits, `;` and `:` only: `CSI > … m` sets keyboard modes and is no colour. */
function isColourParameters(sequence: readonly number[]): boolean {
  return sequence.slice(0, -1).every((byte) => byte >= 0x30 && byte <= 0x3b)
}
