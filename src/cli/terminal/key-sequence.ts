/**
 * The escape sequences by which terminals send a key that has no byte of its own, or when a program asked for them: the
 * kitty keyboard protocol and xterm's modifyOtherKeys. Pure.
 */
import type { DetachKey } from './detach-key-names.js'

/** Longest escape sequence that may be one of the keys: code, two alternates, modifiers, event type, associated text. */
const SEQUENCE_LIMIT_BYTES = 48

/** Bits of the modifiers field less one (kitty, "Modifiers"; modifyOtherKeys uses the low four alike). */
const SHIFT = 1
const CTRL = 4
const LOCKS = 64 | 128

/** Whether the bytes, which begin with ESC, have the form `CSI digits… u` or `CSI digits… ~`. */
export function sequenceForm(sequence: readonly number[]): 'incomplete' | 'complete' | 'other' {
  const last = sequence.at(-1) ?? 0
  if (sequence.length === 2) return last === 0x5b ? 'incomplete' : 'other'
  if (sequence.length > SEQUENCE_LIMIT_BYTES) return 'other'
  const isParameter = (last >= 0x30 && last <= 0x39) || last === 0x3a || last === 0x3b
  if (isParameter) return 'incomplete'
  return sequence.length > 3 && (last === 0x75 || last === 0x7e) ? 'complete' : 'other'
}

/** Whether a complete sequence is one of those that a terminal puts around a paste (bracketed paste, mode 2004). */
export function pasteBracket(sequence: readonly number[]): 'begin' | 'end' | undefined {
  if (sequence.at(-1) !== 0x7e) return undefined
  const number = String.fromCharCode(...sequence.slice(2, -1))
  if (number === '200') return 'begin'
  return number === '201' ? 'end' : undefined
}

/** What a complete sequence says about the key; undefined when it is about another one, or has other modifiers. */
export function keyEvent(sequence: readonly number[], key: DetachKey): 'press' | 'release' | undefined {
  const fields = String.fromCharCode(...sequence.slice(2, -1))
    .split(';')
    .map((field) => field.split(':').map((part) => (part === '' ? undefined : Number(part))))
  return sequence.at(-1) === 0x75 ? kittyEvent(fields, key) : otherKeysEvent(fields, key)
}

type Fields = readonly (readonly (number | undefined)[])[]

/** `CSI code:shifted:base ; modifiers:event ; text u` (kitty keyboard protocol, "An overview"). */
function kittyEvent([codes = [], [modifiers = 1, event = 1] = []]: Fields, key: DetachKey): 'press' | 'release' | undefined {
  const [code, shifted, base] = codes
  const held = (modifiers - 1) & ~LOCKS
  const wanted = key.isControl ? CTRL : 0
  const isUnshifted = held === wanted && (code === key.code || base === key.code)
  const isShifted = held === (wanted | SHIFT) && shifted === key.code
  if (!isUnshifted && !isShifted) return undefined
  return event === 3 ? 'release' : 'press'
}

/** `CSI 27 ; modifiers ; code ~` (xterm, modifyOtherKeys with formatOtherKeys 0). */
function otherKeysEvent(fields: Fields, key: DetachKey): 'press' | undefined {
  const [introducer, modifiers = 1, code] = fields.map(([first]) => first)
  const held = (modifiers - 1) & ~LOCKS
  return introducer === 27 && code === key.code && held === (key.isControl ? CTRL : 0) ? 'press' : undefined
}
