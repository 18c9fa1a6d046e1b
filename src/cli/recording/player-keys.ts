/**
 * What a person presses while a recording plays. The terminal types too: it answers the questions that a recorded program
 * asked, in escape sequences with any letters in them, which are no keys. Pure.
 */
import type { DetachKey } from '../terminal/detach-key-names.js'
import { keyEvent } from '../terminal/key-sequence.js'

export type PlayerKey = 'pause' | 'step' | 'quit' | 'interrupt'

/** Also as the keyboard protocols send them, since the recording may have switched one on. */
const KEYS: readonly (readonly [PlayerKey, DetachKey])[] = [
  ['pause', { byte: 0x20, code: 0x20, isControl: false }],
  ['step', { byte: 0x2e, code: 0x2e, isControl: false }],
  ['quit', { byte: 0x71, code: 0x71, isControl: false }],
  ['interrupt', { byte: 0x03, code: 0x63, isControl: true }],
]

const ESC = 0x1b
const BEL = 0x07
const CSI = 0x5b
const SS3 = 0x4f
/** DCS, SOS, OSC, PM, APC: up to a string terminator. */
const STRINGS: readonly number[] = [0x50, 0x58, 0x5d, 0x5e, 0x5f]
/** No key's sequence is longer; what is, is read over. */
const SEQUENCE_LIMIT_BYTES = 48

type State = 'plain' | 'escape' | 'csi' | 'ss3' | 'string' | 'string-escape'

export class PlayerKeys {
  #state: State = 'plain'
  #sequence: number[] = []

  /** The keys in what was typed. */
  push(bytes: Uint8Array): readonly PlayerKey[] {
    return [...bytes].flatMap((byte) => this.#step(byte) ?? [])
  }

  #step(byte: number): PlayerKey | undefined {
    switch (this.#state) {
      case 'plain':
        return this.#plain(byte)
      case 'escape':
      case 'string-escape':
        return this.#introduce(byte)
      case 'csi':
        return this.#csi(byte)
      case 'ss3':
        this.#state = 'plain'
        return undefined
      case 'string':
        if (byte === ESC) this.#state = 'string-escape'
        else if (byte === BEL) this.#state = 'plain'
        return undefined
    }
  }

  #plain(byte: number): PlayerKey | undefined {
    if (byte === ESC) this.#state = 'escape'
    return KEYS.find(([, key]) => key.byte === byte)?.[0]
  }

  #introduce(byte: number): PlayerKey | undefined {
    const wasString = this.#state === 'string-escape'
    this.#state = 'plain'
    if (byte === CSI) {
      this.#state = 'csi'
      this.#sequence = [ESC, CSI]
    } else if (byte === SS3) this.#state = 'ss3'
    else if (STRINGS.includes(byte)) this.#state = 'string'
    // Escape was pressed by itself, and then this; but the end of a string is no key.
    else if (!wasString) return this.#plain(byte)
    return undefined
  }

  #csi(byte: number): PlayerKey | undefined {
    if (this.#sequence.length <= SEQUENCE_LIMIT_BYTES) this.#sequence.push(byte)
    if (byte >= 0x20 && byte <= 0x3f) return undefined
    this.#state = 'plain'
    const isKey = (byte === 0x75 || byte === 0x7e) && this.#sequence.length <= SEQUENCE_LIMIT_BYTES
    return isKey ? KEYS.find(([, key]) => keyEvent(this.#sequence, key) === 'press')?.[0] : undefined
  }
}
