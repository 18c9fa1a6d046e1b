/**
 * Finds in a terminal's output what calls for attention: bells, and operating system commands (OSC). Hot: it sees every byte of
 * every flood, so it knows no other sequence and lets native searches skip what is neither. Of a command that does not end it
 * keeps a bounded beginning. However the output is split, it finds the same.
 */
import type { TerminalSignal } from './attention-memory.js'
import { oscSignal } from './osc-signal.js'

const BEL = 0x07
const CAN = 0x18
const SUB = 0x1a
const ESC = 0x1b
const BRACKET = 0x5d
const INTRODUCER = Buffer.of(ESC, BRACKET)

/** Looked at one by one before a native search begins. */
const NEAR_BYTES = 64

/** By byte: whether it ends a command. */
const ENDS = Uint8Array.from({ length: 256 }, (_, byte) => Number(byte === BEL || byte === CAN || byte === SUB || byte === ESC))

/** Titles and links are shorter, notifications should be; what is longer is no signal. */
const LONGEST_OSC_BYTES = 1024

export class SignalScanner {
  readonly #onSignal: (signal: TerminalSignal) => void
  #isInOsc = false
  /** The last byte was an ESC, outside of a command. */
  #isIntroduced = false
  /** The first bell in the piece that is not behind what was looked at, as far as that is known. */
  #bell = -1
  /** By its first byte: titles and links, of which there are many, are passed over. */
  #isOfInterest = false
  readonly #kept = Buffer.allocUnsafe(LONGEST_OSC_BYTES)
  /** Beyond the bound it is only counted. */
  #length = 0

  /** Of bells without a command between them it may tell only the first one in a piece. */
  constructor(onSignal: (signal: TerminalSignal) => void) {
    this.#onSignal = onSignal
  }

  push(piece: Buffer): void {
    let at = 0
    if (this.#isIntroduced && piece.byteLength > 0) {
      this.#isIntroduced = false
      if (piece[0] === BRACKET) at = this.#begin(-1)
    }
    this.#bell = -1
    while (at < piece.byteLength) at = this.#isInOsc ? this.#inside(piece, at) : this.#text(piece, at)
  }

  /** Outside of a command; returns the index behind what begins one. */
  #text(piece: Buffer, from: number): number {
    // Where there is one command the next is near, and a native search costs more than it skips.
    const near = Math.min(piece.byteLength, from + NEAR_BYTES)
    let rang = false
    for (let at = from; at < near; at += 1) {
      const byte = piece[at]
      if (byte === BEL) rang = this.#ring(rang)
      else if (byte === ESC && piece[at + 1] === BRACKET) return this.#begin(at)
    }
    const begin = indexOr(piece, INTRODUCER, near)
    // Searched for once, not before each command: the next bell may be far away.
    if (this.#bell < near) this.#bell = indexOr(piece, BEL, near)
    if (this.#bell < begin) this.#ring(rang)
    if (begin < piece.byteLength) return this.#begin(begin)
    this.#isIntroduced = piece[piece.byteLength - 1] === ESC
    return piece.byteLength
  }

  /** Inside of a command; returns the index of what follows it. */
  #inside(piece: Buffer, from: number): number {
    // Commands are short and many, where there are any: a native search costs more than it skips.
    let at = from
    while (at < piece.byteLength && !ENDS[piece[at] ?? 0]) at += 1
    this.#keep(piece, from, at)
    if (at === piece.byteLength) return at
    const end = piece[at]
    this.#isInOsc = false
    if (end === BEL || end === ESC) this.#complete()
    if (end !== ESC) return at + 1
    // It ends the command whatever follows, and may begin the next one: it is looked at once more.
    if (at + 1 < piece.byteLength) return at
    this.#isIntroduced = true
    return at + 1
  }

  /** Of bells that follow one another one is told. */
  #ring(rang: boolean): true {
    if (!rang) this.#onSignal({ terminal: 'bell' })
    return true
  }

  /** What is introduced at `at`; returns where its content begins. */
  #begin(at: number): number {
    this.#isInOsc = true
    this.#length = 0
    return at + INTRODUCER.byteLength
  }

  #keep(piece: Buffer, from: number, end: number): void {
    if (from === end) return
    if (this.#length === 0) this.#isOfInterest = isFirstDigit(piece[from])
    if (this.#isOfInterest && this.#length < LONGEST_OSC_BYTES) piece.copy(this.#kept, this.#length, from, end)
    this.#length += end - from
  }

  #complete(): void {
    if (!this.#isOfInterest || this.#length === 0 || this.#length > LONGEST_OSC_BYTES) return
    const signal = oscSignal(this.#kept.toString('utf8', 0, this.#length))
    if (signal !== undefined) this.#onSignal(signal)
  }
}

/** Where it is, or the end. */
function indexOr(piece: Buffer, what: number | Buffer, from: number): number {
  const at = piece.indexOf(what, from)
  return at === -1 ? piece.byteLength : at
}

/** Of the numbers that `oscSignal` knows. */
function isFirstDigit(byte: number | undefined): boolean {
  return byte === 0x39 || byte === 0x37 || byte === 0x31
}
