/**
 * Words as bash has them: it hands completions over, and takes them back, the way they are typed, with quotes and
 * backslashes. Nothing is evaluated: variables and substitutions stay text. Pure.
 */

export interface BashWord {
  readonly text: string
  /** The quote that the word's end is still in. */
  readonly open: '' | "'" | '"'
}

/** The text that a typed word stands for. */
export function readBashWord(typed: string): BashWord {
  let text = ''
  let open: BashWord['open'] = ''
  for (let at = 0; at < typed.length; at += 1) {
    const character = typed.charAt(at)
    const next = typed.charAt(at + 1)
    if (open === '' && (character === "'" || character === '"')) open = character
    else if (character === open) open = ''
    else if (character === '\\' && open !== "'" && (open === '' || ESCAPABLE_IN_DOUBLE.includes(next))) {
      text += next
      at += 1
    } else text += character
  }
  return { text, open }
}

/** The text, so that bash reads exactly it at a place that is in such quotes. */
export function writeBashWord(text: string, open: BashWord['open']): string {
  if (open === "'") return text.replaceAll("'", "'\\''")
  // The history is looked up between double quotes too, and a backslash before the ! would stay.
  if (open === '"') return text.replace(/["\\$`]/g, '\\$&').replaceAll('!', `"'!'"`)
  return text.replace(/[^\p{L}\p{N}\p{M}_@%+=:,./-]/gu, '\\$&').replace(/^=/, '\\$&')
}

const ESCAPABLE_IN_DOUBLE = '"\\$`'
