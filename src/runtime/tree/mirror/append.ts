/**
 * Transcripts grow at their end, for hours, to many megabytes: only their new bytes are brought to the other side, and appended
 * in place there, for a client may have the file open.
 */
import { closeSync, constants, fstatSync, futimesSync, openSync, writeSync } from 'node:fs'
import { writeError } from '../../../platform/files/atomic-file.js'
import { reached } from '../../runtime-step.js'
import { hashOfFile, READ_FLAGS, readRange } from './content.js'
import type { SeenFile } from './entry-pair.js'
import type { Published } from './publish.js'
import { isSameFile, printOf, type SidePrint, SMALL_FILE_BYTES } from './side-print.js'

/** So much at the start and at the old end of a larger file is compared; all of a smaller one. */
const COMPARED_BYTES = 64 * 1024

const PIECE_BYTES = 1024 * 1024

const NEWLINE = 0x0a

/** A file that grew line by line, by its name. */
export function growsAtItsEnd(name: string, appendOnly: readonly string[]): boolean {
  return name.endsWith('.jsonl') || appendOnly.includes(name)
}

/** Whether the longer file begins with what the shorter one holds, and ends with a whole line. */
export function continues(longer: SeenFile, shorter: SeenFile): 'yes' | 'no' | 'in-a-line' {
  const length = shorter.print.size
  if (longer.print.size <= length) return 'no'
  const [a, b] = [openSync(longer.path, READ_FLAGS), openSync(shorter.path, READ_FLAGS)]
  try {
    const ranges =
      length <= SMALL_FILE_BYTES
        ? [[0, length] as const]
        : [[0, COMPARED_BYTES] as const, [length - COMPARED_BYTES, COMPARED_BYTES] as const]
    const isSame = ranges.every(([from, bytes]) => readRange(a, from, bytes).equals(readRange(b, from, bytes)))
    if (!isSame) return 'no'
    return readRange(a, longer.print.size - 1, 1).at(0) === NEWLINE ? 'yes' : 'in-a-line'
  } finally {
    closeSync(a)
    closeSync(b)
  }
}

/**
 * Appends what `longer` has more to `shorter`, and gives it its time.
 * @returns undefined when `shorter` is not what was seen any more
 * @throws PerchError `disk-full`, `not-writable`, or the system error
 */
export async function appendRest(longer: SeenFile, shorter: SeenFile): Promise<Published | undefined> {
  const { size, mtimeMs } = longer.print
  const fd = openSync(longer.path, READ_FLAGS)
  try {
    const print = append(shorter, mtimeMs, function* () {
      for (let at = shorter.print.size; at < size; at += PIECE_BYTES) yield readRange(fd, at, Math.min(size - at, PIECE_BYTES))
    })
    if (print === undefined) return undefined
    const hash = size <= SMALL_FILE_BYTES ? await hashOfFile(longer) : undefined
    return { hash: hash ?? null, print: print.size === size ? print : null }
  } finally {
    closeSync(fd)
  }
}

/**
 * Appends these bytes to the file: never replaces what somebody appends at the same time.
 * @returns what the file looks like then; null when somebody did, undefined when it is not what was seen any more
 * @throws PerchError `disk-full`, `not-writable`, or the system error
 */
export function appendBytes(bytes: Uint8Array, file: SeenFile, mtimeMs: number): SidePrint | null | undefined {
  const print = append(file, mtimeMs, () => [bytes])
  return print === undefined || print.size === file.print.size + bytes.byteLength ? print : null
}

function append(file: SeenFile, mtimeMs: number, pieces: () => Iterable<Uint8Array>): SidePrint | undefined {
  try {
    const fd = openSync(file.path, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW)
    try {
      if (!isSameFile(printOf(fstatSync(fd), 0), file.print)) return undefined
      for (const bytes of pieces()) {
        let written = 0
        while (written < bytes.byteLength) written += writeSync(fd, bytes, written)
        reached('mirror-appended')
      }
      futimesSync(fd, mtimeMs / 1000, mtimeMs / 1000)
      return printOf(fstatSync(fd), Date.now())
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    throw writeError(file.path, error)
  }
}
