/** Numbers in queries. */
import { PerchError } from '../../platform/perch-error.js'

/** @throws PerchError `bad-request` */
export function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw new PerchError('bad-request', `${name} must be a whole number, not ${JSON.stringify(text)}`)
}
