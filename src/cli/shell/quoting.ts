/**
 * Text as a shell reads it: what comes out of evaluating it is the text again, whatever is in it (but NUL). It is one line of
 * harmless characters, since it is printed on terminals too. Pure.
 */
import { quotedWord } from '../../platform/shell-words.js'
import { ACTIVE } from '../present/inert-text.js'
import type { Shell } from '../values/shell.js'

/** What PowerShell takes for a single quote: the typographic ones too. */
const PWSH_QUOTES = /['\u2018\u2019\u201a\u201b]/g

/** The text as one word, or one expression, of this shell. */
export function quotedFor(shell: Shell, text: string): string {
  switch (shell) {
    case 'bash':
    case 'zsh':
      return isInert(text) ? quotedWord(text) : `$'${text.replaceAll(/[\\']/g, '\\$&').replaceAll(ACTIVE, octalBytes)}'`
    case 'fish':
      return pieces(text).map(fishPiece).join('') || "''"
    case 'pwsh':
      return pieces(text).map(pwshPiece).join(' + ') || "''"
  }
}

interface Piece {
  readonly text: string
  readonly isInert: boolean
}

/** Runs of harmless characters, and single ones of the others. */
function pieces(text: string): readonly Piece[] {
  const found: Piece[] = []
  let end = 0
  for (const { index, 0: character } of text.matchAll(ACTIVE)) {
    if (index > end) found.push({ text: text.slice(end, index), isInert: true })
    found.push({ text: character, isInert: false })
    end = index + character.length
  }
  if (end < text.length) found.push({ text: text.slice(end), isInert: true })
  return found
}

function isInert(text: string): boolean {
  return text.search(ACTIVE) < 0
}

/** By bytes: what a shell makes of a number above 127 depends on its locale. Three digits, since a digit may follow. */
function octalBytes(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}

/** Outside of quotes fish knows \xHH for ASCII and \XHH for any byte. */
function fishPiece({ text, isInert: inert }: Piece): string {
  if (inert) return `'${text.replaceAll(/[\\']/g, '\\$&')}'`
  return [...Buffer.from(text)].map((byte) => `\\X${byte.toString(16).padStart(2, '0')}`).join('')
}

/** Numbers of characters are understood by every PowerShell; its escapes in double quotes are not. */
function pwshPiece({ text, isInert: inert }: Piece, index: number): string {
  if (inert) return `'${text.replaceAll(PWSH_QUOTES, '$&$&')}'`
  // The first operand decides that this is text.
  return `${index === 0 ? "'' + " : ''}[char]${text.charCodeAt(0)}`
}
