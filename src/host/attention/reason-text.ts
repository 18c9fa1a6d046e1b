/** What an agent says of itself, made fit for one line of a list: bounded, and without characters that act. Pure. */

const LONGEST_REASON = 200
/** C0, DEL and C1; of the format characters those that reorder text or separate lines. */
const ACTIVE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/g

/** Null where nothing is left. */
export function reasonText(text: string | null): string | null {
  if (text === null) return null
  // Cut before, so that a long text costs nothing, and after.
  const line = text
    .slice(0, 4 * LONGEST_REASON)
    .replace(ACTIVE, ' ')
    .replace(/ +/g, ' ')
    .trim()
  return line === '' ? null : [...line].slice(0, LONGEST_REASON).join('')
}
