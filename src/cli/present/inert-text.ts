/**
 * Text from elsewhere (names, labels, commands, messages) made harmless for a terminal: control characters and the
 * invisible ones that reorder text are shown as escapes instead of acting. Pure.
 */

/** C0, DEL, C1, and the bidirectional and line-separating format characters. */
export const ACTIVE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g
const ACTIVE_BUT_NEWLINE =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g

/** One line of text. */
export function inertText(text: string): string {
  return text.replace(ACTIVE, escaped)
}

/** Text that may have several lines. */
export function inertLines(text: string): string {
  return text.replace(ACTIVE_BUT_NEWLINE, escaped)
}

function escaped(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  if (character === '\r') return '\\r'
  const code = character.charCodeAt(0)
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
