/**
 * The bytes that a terminal sends as keys: UTF-8, control characters, the escape sequences of the usual terminals for keys
 * without a character, and pasted text between its brackets (mode 2004). Keeps its state between chunks; sequences that mean
 * nothing here are left out whole. Pure.
 */
import type { Key, KeyName } from './key.js'

const CONTROLS: Readonly<Record<string, KeyName>> = {
  '\x03': 'interrupt',
  '\x08': 'backspace',
  '\t': 'tab',
  '\n': 'enter',
  '\x0c': 'redraw',
  '\r': 'enter',
  '\x15': 'erase-line',
  '\x17': 'erase-word',
  '\x1a': 'suspend',
  '\x7f': 'backspace',
  // As in shells and lists: next and previous.
  '\x0e': 'down',
  '\x10': 'up',
}

/** By what follows `ESC [` or `ESC O`, without modifiers. */
const SEQUENCES: Readonly<Record<string, KeyName>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  M: 'enter',
  '1~': 'home',
  '3~': 'delete',
  '4~': 'end',
  '5~': 'page-up',
  '6~': 'page-down',
  '7~': 'home',
  '8~': 'end',
}

const PASTE_BEGIN = '200~'
const PASTE_END = '\x1b[201~'
/** A sequence that is longer belongs to no key. */
const SEQUENCE_LIMIT = 48

export class KeyDecoder {
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
  /** What has not become a key yet: the beginning of an escape sequence, or of a paste. */
  #held = ''
  #isPasting = false

  /** Whether Escape was pressed, or a sequence begins: which of the two, only time tells. */
  get isWaiting(): boolean {
    return !this.#isPasting && this.#held !== ''
  }

  /** The keys in these bytes. */
  push(bytes: Uint8Array): readonly Key[] {
    this.#held += this.#utf8.decode(bytes, { stream: true })
    const keys: Key[] = []
    for (;;) {
      const key = this.#isPasting ? this.#takePaste() : this.#takeKey()
      if (key === undefined) return keys
      if (key !== 'nothing') keys.push(key)
    }
  }

  /** Nothing has followed: what began like a sequence was Escape, and what was typed after it. */
  flush(): readonly Key[] {
    if (!this.isWaiting) return []
    const rest = this.#held.slice(1)
    this.#held = ''
    return [{ kind: 'key', name: 'escape' }, ...(rest === '' ? [] : this.push(Buffer.from(rest)))]
  }

  #takePaste(): Key | undefined {
    const end = this.#held.indexOf(PASTE_END)
    if (end < 0) return undefined
    const text = this.#held.slice(0, end)
    this.#held = this.#held.slice(end + PASTE_END.length)
    this.#isPasting = false
    return { kind: 'paste', text }
  }

  /** The next key; `nothing` for what is none, undefined when more has to come. */
  #takeKey(): Key | 'nothing' | undefined {
    const character = String.fromCodePoint(this.#held.codePointAt(0) ?? 0)
    if (this.#held === '') return undefined
    if (character === '\x1b') return this.#takeSequence()
    this.#held = this.#held.slice(character.length)
    const name = CONTROLS[character]
    if (name !== undefined) return { kind: 'key', name }
    return character < ' ' || (character >= '\x7f' && character < '\xa0') ? 'nothing' : { kind: 'character', text: character }
  }

  #takeSequence(): Key | 'nothing' | undefined {
    const introducer = this.#held[1]
    if (introducer === undefined) return undefined
    if (introducer === '\x1b') {
      this.#held = this.#held.slice(1)
      return { kind: 'key', name: 'escape' }
    }
    if (introducer !== '[' && introducer !== 'O') {
      // Alt with a key, which nothing is bound to, and which must not do what the key alone does.
      this.#held = this.#held.slice(1 + String.fromCodePoint(this.#held.codePointAt(1) ?? 0).length)
      return 'nothing'
    }
    const body = /^[0-?]*[ -/]*[@-~]/.exec(this.#held.slice(2))?.[0]
    if (body === undefined) {
      const isBroken = /[^ -?]/.test(this.#held.slice(2)) || this.#held.length > SEQUENCE_LIMIT
      if (!isBroken) return undefined
      this.#held = this.#held.slice(2)
      return 'nothing'
    }
    this.#held = this.#held.slice(2 + body.length)
    if (introducer === '[' && body === PASTE_BEGIN) {
      this.#isPasting = true
      return 'nothing'
    }
    // `1;5A`: with a modifier it is the same key here.
    const name = SEQUENCES[body.replace(/^1;\d+(?=[A-Z])|;\d+(?=~)/, '')]
    return name === undefined ? 'nothing' : { kind: 'key', name }
  }
}
