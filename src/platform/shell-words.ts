/** Words as a POSIX shell reads them. Pure. */

/** What no shell gives a meaning to. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/

/** The text as one word, whatever is in it (but NUL, which no word can have). */
export function quotedWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** The same for people: quoted only where it has to be. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : quotedWord(text)
}
