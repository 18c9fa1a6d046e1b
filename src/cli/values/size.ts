/** Sizes of terminals as people write them: `COLSxROWS`. Pure. */
import type { Size } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'

/** What a host accepts (`Size` of the API). */
const LARGEST = 1000

/** @throws PerchError `bad-size` */
export function parseSize(text: string): Size {
  const [, cols, rows] = /^(\d{1,5})x(\d{1,5})$/i.exec(text) ?? []
  const size = { cols: Number(cols), rows: Number(rows) }
  const isInRange = [size.cols, size.rows].every((count) => count >= 1 && count <= LARGEST)
  if (isInRange) return size
  throw new PerchError('bad-size', `${JSON.stringify(text)} is not a size of a terminal`, {
    hint: `Write it as COLSxROWS, each from 1 to ${LARGEST}: 120x40.`,
  })
}

/** A terminal's own report brought into the range that a host accepts; undefined for a terminal that does not know. */
export function sizeInRange(cols: number, rows: number): Size | undefined {
  if (cols < 1 || rows < 1) return undefined
  return { cols: Math.min(cols, LARGEST), rows: Math.min(rows, LARGEST) }
}
