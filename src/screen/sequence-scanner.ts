/**
 * Where the sequences in a terminal's output begin and end, byte for byte as xterm's parser has it (ECMA-48 with the strings of
 * DEC and xterm, 7-bit and UTF-8 encoded 8-bit controls). A stream can be cut where nothing is pending, and whoever looks for
 * certain sequences gets each as a whole, however it was split. Pure; runs of text cost two native searches.
 */

export type SequenceKind = 'escape' | 'csi' | 'osc' | 'string'

type State = 'text' | 'c1' | 'escape' | 'escape-intermediate' | 'csi' | 'osc' | 'string' | 'string-end'

const BEL = 0x07
const CAN = 0x18
const SUB = 0x1a
const ESC = 0x1b
const BACKSLASH = 0x5c
const DEL = 0x7f
/** Leads the two bytes of U+0080 to U+00BF, among which the 8-bit controls are. */
const C2 = 0xc2
const ST8 = 0x9c

/** What ESC and a byte, or a byte after C2 with 0x40 less, begins. */
const INTRODUCED: ReadonlyMap<number, State> = new Map([
  [0x5b, 'csi'], // [
  [0x5d, 'osc'], // ]
  [0x50, 'string'], // P: DCS
  [0x58, 'string'], // X: SOS
  [0x5e, 'string'], // ^: PM
  [0x5f, 'string'], // _: APC
])

/** Of a longer sequence nobody here wants to know what is in it. */
const KEPT_BYTES = 4 * 1024

/**
 * Gets every sequence that is complete and not too long, and the index in the chunk behind its last byte. The bytes are valid
 * until it returns.
 */
export type OnSequence = (kind: SequenceKind, bytes: Buffer, end: number) => void

export class SequenceScanner {
  #state: State = 'text'
  #kind: SequenceKind = 'escape'
  /** The sequence so far, up to a bound. */
  readonly #kept = Buffer.allocUnsafe(KEPT_BYTES)
  #length = 0
  /** Inside of a string. */
  #previous = 0
  /** The index in the chunk behind the byte that is looked at. */
  #next = 0
  readonly #onSequence: OnSequence | undefined

  constructor(onSequence?: OnSequence) {
    this.#onSequence = onSequence
  }

  /** How many of the last bytes belong to a sequence or a character that goes on. */
  get pendingBytes(): number {
    return this.#length
  }

  /** Whether a string (OSC, DCS and the like) is under way. */
  get isInString(): boolean {
    return this.#state === 'osc' || this.#state === 'string' || this.#state === 'string-end'
  }

  /** Takes no more of the chunk than belongs to the string that is under way, with what ends it; how many bytes that is. */
  pushString(chunk: Uint8Array): number {
    let at = 0
    while (at < chunk.byteLength && this.isInString) {
      if (this.#state !== 'string-end') {
        at = this.#inside(chunk, at)
        continue
      }
      this.#next = at + 1
      this.#step(chunk[at++] ?? 0)
    }
    return at
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.byteLength; ) {
      if (this.#state === 'text') at = this.#text(chunk, at)
      else if (this.#state === 'osc' || this.#state === 'string') at = this.#inside(chunk, at)
      else {
        this.#next = at + 1
        this.#step(chunk[at++] ?? 0)
      }
    }
  }

  /** Skips text, up to after the byte that begins something. */
  #text(chunk: Uint8Array, from: number): number {
    const start = from + this.#restOfCharacter(chunk, from)
    const begun = chunk.indexOf(ESC, start)
    const end = begun === -1 ? chunk.byteLength : begun
    const c1 = chunk.subarray(start, end).indexOf(C2)
    if (c1 !== -1) {
      this.#begin(C2, 'c1')
      return start + c1 + 1
    }
    if (begun === -1) {
      this.#keepCharacter(chunk, start)
      return chunk.byteLength
    }
    this.#begin(ESC, 'escape')
    return begun + 1
  }

  /** Bytes that complete the character which the last chunk ended in. */
  #restOfCharacter(chunk: Uint8Array, from: number): number {
    if (this.#length === 0) return 0
    const missing = lengthOfCharacter(this.#kept[0] ?? 0) - this.#length
    let found = 0
    while (found < missing && isContinuation(chunk[from + found])) found += 1
    if (found < missing && from + found === chunk.byteLength) {
      for (let at = from; at < chunk.byteLength; at += 1) this.#keep(chunk[at] ?? 0)
      return found
    }
    this.#length = 0
    return found
  }

  /** A character that the chunk does not contain the end of. */
  #keepCharacter(chunk: Uint8Array, start: number): void {
    for (let back = 1; back <= 3 && chunk.byteLength - back >= start; back += 1) {
      const byte = chunk[chunk.byteLength - back] ?? 0
      if (isContinuation(byte)) continue
      if (lengthOfCharacter(byte) > back)
        for (let at = chunk.byteLength - back; at < chunk.byteLength; at += 1) this.#keep(chunk[at] ?? 0)
      return
    }
  }

  /** Skips what a string contains. */
  #inside(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.byteLength; at += 1) {
      const byte = chunk[at] ?? 0
      this.#next = at + 1
      this.#keep(byte)
      if (byte === ESC) {
        this.#state = 'string-end'
        return at + 1
      }
      const isEnd = (byte === BEL && this.#state === 'osc') || (byte === ST8 && this.#previous === C2)
      this.#previous = byte
      if (isEnd) this.#complete()
      else if (byte === CAN || byte === SUB) this.#abort()
      if (this.#state === 'text') return at + 1
    }
    return chunk.byteLength
  }

  #step(byte: number): void {
    if (byte === CAN || byte === SUB) {
      this.#abort()
      return
    }
    if (byte === ESC) {
      this.#begin(ESC, 'escape')
      return
    }
    this.#keep(byte)
    switch (this.#state) {
      case 'c1':
        this.#introduce(byte - 0x40, byte >= 0x80 && byte < 0xa0)
        break
      case 'escape':
        if (byte >= 0x20 && byte < 0x30) this.#state = 'escape-intermediate'
        else if (byte >= 0x30) this.#introduce(byte, true)
        break
      case 'escape-intermediate':
        if (byte >= 0x30 && byte !== DEL) this.#complete()
        break
      case 'csi':
        if (byte >= 0x40 && byte < DEL) this.#complete()
        else if (byte > DEL) this.#abort()
        break
      case 'string-end':
        if (byte === BACKSLASH) this.#complete()
        else this.#restart(byte)
        break
      default:
        break
    }
  }

  #introduce(byte: number, isControl: boolean): void {
    const state = isControl ? INTRODUCED.get(byte) : undefined
    if (state !== undefined) {
      this.#state = state
      this.#kind = state === 'csi' ? 'csi' : state === 'osc' ? 'osc' : 'string'
    } else if (this.#state === 'escape' && byte < DEL) {
      this.#complete()
    } else {
      this.#abort()
    }
  }

  /** An ESC in a string ends it, and begins what the next byte says. */
  #restart(byte: number): void {
    this.#begin(ESC, 'escape')
    this.#step(byte)
  }

  #begin(byte: number, state: State): void {
    this.#length = 0
    this.#kind = 'escape'
    this.#state = state
    this.#keep(byte)
  }

  #complete(): void {
    if (this.#length <= KEPT_BYTES) this.#onSequence?.(this.#kind, this.#kept.subarray(0, this.#length), this.#next)
    this.#abort()
  }

  #abort(): void {
    this.#state = 'text'
    this.#length = 0
  }

  #keep(byte: number): void {
    if (this.#length < KEPT_BYTES) this.#kept[this.#length] = byte
    this.#length += 1
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}

/** 1 for what begins none. */
function lengthOfCharacter(lead: number): number {
  if (lead >= 0xf0 && lead < 0xf8) return 4
  if (lead >= 0xe0 && lead < 0xf0) return 3
  return lead >= 0xc0 && lead < 0xe0 ? 2 : 1
}
