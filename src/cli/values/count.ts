/** Counts as people write them. Pure. */
import { PerchError } from '../../platform/perch-error.js'

/** More than this of anything is a mistake. */
const LARGEST = 1_000_000

/** A whole number, at least one. @throws PerchError `usage` */
export function parseCount(text: string, option: string): number {
  const count = Number(text)
  if (/^\d{1,9}$/.test(text) && count >= 1 && count <= LARGEST) return count
  throw new PerchError('usage', `${option} takes a number from 1 on, not ${JSON.stringify(text)}`)
}
