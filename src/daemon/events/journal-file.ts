/**
 * One file of the event journal, as its one writer and its many readers share it: readers trust no end of file, only what
 * the writer says is whole, and find the file that follows through it.
 */
import { statSync } from 'node:fs'
import { readFileIfPresent } from '../../platform/files/atomic-file.js'

export interface JournalFile {
  /** Changes when the file becomes the older one; undefined once it is dropped. Who has it open may read on. */
  path: string | undefined
  /** Whole lines; what lies behind them was torn by a death or a full disk, and is written over. */
  bytes: number
  /** The file that goes on where this one ends; undefined while this is the last. */
  next: JournalFile | undefined
}

const NEWLINE = 0x0a

/** The newest file with its lines, as an earlier daemon left it; undefined when there is none. @throws the system error */
export function readNewestFile(path: string): { readonly file: JournalFile; readonly lines: readonly string[] } | undefined {
  const bytes = readFileIfPresent(path)
  if (bytes === undefined) return undefined
  const whole = bytes.subarray(0, bytes.lastIndexOf(NEWLINE) + 1)
  return { file: { path, bytes: whole.byteLength, next: undefined }, lines: whole.toString('utf8').split('\n') }
}

/** An older file, which is not written any more; undefined when there is none. @throws the system error */
export function olderFile(path: string): JournalFile | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat && { path, bytes: stat.size, next: undefined }
}
