/**
 * Whether input is what a person has typed, and not what a terminal says by itself: answers to questions, focus, the mouse. Pure.
 * The keys that only move (arrows, function keys) answer no question either.
 */

const ESC = 0x1b
const LF = 0x0a
const CR = 0x0d

/** `submit` with Enter among the keys. */
export type Typing = 'nothing' | 'keys' | 'submit'

/** What is in a piece of input. Keys come in pieces of their own, so that a sequence which is cut off is a rarity. */
export function typingIn(bytes: Uint8Array): Typing {
  let found: Typing = 'nothing'
  for (let at = 0; at < bytes.byteLength; ) {
    const byte = bytes[at] ?? 0
    if (byte === CR || byte === LF) return 'submit'
    if (byte !== ESC) {
      found = 'keys'
      at += 1
      continue
    }
    const sequence = sequenceAt(bytes, at)
    if (sequence.isKey) found = 'keys'
    at = sequence.end
  }
  return found
}

interface Sequence {
  readonly isKey: boolean
  readonly end: number
}

function sequenceAt(bytes: Uint8Array, at: number): Sequence {
  switch (bytes[at + 1]) {
    case 0x5b: // [
      return controlSequence(bytes, at + 2)
    case 0x4f: // O: keys of the cursor and the keypad
      return { isKey: false, end: at + 3 }
    case 0x5d: // ]
    case 0x50: // P
    case 0x5f: // _
      return { isKey: false, end: endOfString(bytes, at + 2) }
    default:
      // Escape alone, or Alt with a key that is looked at next.
      return { isKey: true, end: at + 1 }
  }
}

/** A key is what ends in `u` (the keyboard protocol of kitty), but for the answer to a question about that. */
function controlSequence(bytes: Uint8Array, from: number): Sequence {
  let end = from
  while (end < bytes.byteLength && isParameter(bytes[end])) end += 1
  // The oldest protocol of the mouse adds three bytes to `CSI M`.
  if (bytes[end] === 0x4d && end === from) return { isKey: false, end: end + 4 }
  return { isKey: bytes[end] === 0x75 && bytes[from] !== 0x3f, end: end + 1 }
}

function isParameter(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x20 && byte < 0x40
}

function endOfString(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.byteLength; at += 1) {
    if (bytes[at] === 0x07) return at + 1
    if (bytes[at] === ESC) return bytes[at + 1] === 0x5c ? at + 2 : at
  }
  return bytes.byteLength
}
