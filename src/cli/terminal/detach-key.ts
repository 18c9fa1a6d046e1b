/**
 * Finds the detach keys in what a person types, in every form in which terminals send the same key: the plain control
 * byte, the kitty keyboard protocol (`CSI 92;5u`, with lock bits and event types) and xterm's modifyOtherKeys
 * (`CSI 27;5;92~`). Every other byte passes unchanged and in order, and so does all that lies between the brackets of a paste,
 * which nobody typed. Pure: the bounded wait for the rest of an escape
 * sequence is the caller's, who calls `flush` when it is over.
 */
import type { DetachKey, DetachKeys } from './detach-key-names.js'
import { keyEvent, pasteBracket, sequenceForm } from './key-sequence.js'

export interface FilteredInput {
  /** To be sent on. */
  readonly pass: Uint8Array
  /** The keys were pressed: what came before them is in `pass`, what came after them is dropped. */
  readonly detach: boolean
}

const ESC = 0x1b
type Token = { readonly bytes: readonly number[]; readonly effect: 'press' | 'release' | 'other' }

export class DetachKeyFilter {
  readonly #keys: DetachKeys
  /** An escape sequence that is not complete yet. */
  #sequence: number[] = []
  /** The keys recognised so far of a combination of several, as they were typed. */
  #matched: (readonly number[])[] = []
  #isPasting = false

  constructor(keys: DetachKeys) {
    this.#keys = keys
  }

  /** Whether bytes of an incomplete escape sequence are held back: to be flushed when nothing follows soon. */
  get isWaiting(): boolean {
    return this.#sequence.length > 0
  }

  /** Takes what was typed. */
  push(chunk: Uint8Array): FilteredInput {
    if (this.#isPlain(chunk)) return { pass: chunk, detach: false }
    const pass: number[] = []
    for (const byte of chunk) {
      if (this.#step(byte, pass)) return { pass: Uint8Array.from(pass), detach: true }
    }
    return { pass: Uint8Array.from(pass), detach: false }
  }

  /** Nothing followed an incomplete escape sequence: it was typed as it is. */
  flush(): Uint8Array {
    const pass: number[] = []
    const bytes = this.#sequence
    this.#sequence = []
    this.#passOn(bytes, pass)
    return Uint8Array.from(pass)
  }

  /** Ordinary typing and pasting, which need no look at each byte. */
  #isPlain(chunk: Uint8Array): boolean {
    if (this.isWaiting || this.#matched.length > 0) return false
    return !chunk.includes(ESC) && (this.#isPasting || !chunk.includes(this.#keys[0].byte))
  }

  /** True when the keys are complete. */
  #step(byte: number, pass: number[]): boolean {
    if (this.#sequence.length === 0) {
      if (byte !== ESC) return this.#take({ bytes: [byte], effect: this.#effectOfByte(byte) }, pass)
      this.#sequence = [byte]
      return false
    }
    const sequence = [...this.#sequence, byte]
    this.#sequence = []
    const form = sequenceForm(sequence)
    if (form === 'incomplete') {
      this.#sequence = sequence
      return false
    }
    if (form === 'complete') {
      const isTaken = this.#take({ bytes: sequence, effect: this.#effectOfSequence(sequence) }, pass)
      const bracket = pasteBracket(sequence)
      if (bracket) this.#isPasting = bracket === 'begin'
      return isTaken
    }
    // Not the form of a key: what was held is passed, and this byte may begin anew.
    this.#passOn(sequence.slice(0, -1), pass)
    return this.#step(byte, pass)
  }

  #expected(): DetachKey {
    return this.#keys[this.#matched.length] ?? this.#keys[0]
  }

  #effectOfByte(byte: number): Token['effect'] {
    if (this.#isPasting) return 'other'
    return byte === this.#expected().byte ? 'press' : 'other'
  }

  /** The release of every key of the combination is swallowed, since it comes between the presses. */
  #effectOfSequence(sequence: readonly number[]): Token['effect'] {
    if (this.#isPasting) return 'other'
    if (keyEvent(sequence, this.#expected()) === 'press') return 'press'
    return this.#keys.some((key) => keyEvent(sequence, key) === 'release') ? 'release' : 'other'
  }

  #take(token: Token, pass: number[]): boolean {
    if (token.effect === 'release') return false
    if (token.effect === 'press') {
      this.#matched.push(token.bytes)
      return this.#matched.length === this.#keys.length
    }
    if (this.#matched.length === 0) {
      pass.push(...token.bytes)
      return false
    }
    // Not the combination after all. Its first key was meant as typed; the others may begin the combination.
    const [first = [], ...others] = this.#matched
    this.#matched = []
    pass.push(...first)
    return [...others, token.bytes].some((bytes) => this.#retake(bytes, pass))
  }

  #retake(bytes: readonly number[], pass: number[]): boolean {
    const [byte = 0] = bytes
    const effect = bytes.length === 1 ? this.#effectOfByte(byte) : this.#effectOfSequence(bytes)
    return this.#take({ bytes, effect }, pass)
  }

  #passOn(bytes: readonly number[], pass: number[]): void {
    if (bytes.length > 0) this.#take({ bytes, effect: 'other' }, pass)
  }
}
