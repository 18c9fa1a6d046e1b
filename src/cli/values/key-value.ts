/** `K=V` options: labels and variables. Pure. */
import { PerchError } from '../../platform/perch-error.js'

/**
 * The pairs as a record; of a key given twice the later one counts. A value may hold further equals signs, or be empty.
 * @throws PerchError `usage`
 */
export function parseKeyValues(pairs: readonly string[], option: string): Readonly<Record<string, string>> {
  // Without a prototype, so that a key such as __proto__ is a key like any other.
  const record: Record<string, string> = Object.create(null)
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 1) {
      throw new PerchError('usage', `${option} takes KEY=VALUE, not ${JSON.stringify(pair)}`, {
        hint: `For example: ${option} A=b`,
      })
    }
    record[pair.slice(0, at)] = pair.slice(at + 1)
  }
  return record
}
