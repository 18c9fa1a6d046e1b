/**
 * One document on disk, read so that a missing, a broken and a whole one are told apart. Whatever may lie in its place, reading
 * it never waits: a FIFO would hold up the daemon for ever.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync } from 'node:fs'
import { errnoOf } from '../../platform/perch-error.js'
import type { GrowingBytes } from '../sync/growing-bytes.js'
import type { JsonStyle } from '../sync/json-style.js'
import { parseDocument } from '../sync/json-text.js'
import type { JsonObject } from '../sync/json-value.js'
import { type FileMark, markOf, writtenMsOf } from './file-mark.js'

export type DocumentFile =
  | NoDocument
  | { readonly kind: 'document'; readonly document: JsonObject; readonly style: JsonStyle; readonly mark: FileMark }

type NoDocument =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'unreadable'
      /** Follows the file's name in a sentence. */
      readonly why: string
      /** When it was last written (ms since the epoch), if it looks like a file in the middle of a write. */
      readonly midWriteAtMs: number | null
    }

/** A document as it was read, with the bytes that say so; they are gone with the next reading into the same memory. */
export interface DocumentReading {
  readonly file: DocumentFile
  readonly bytes: Buffer
}

/**
 * A larger document is not merged beside live sessions, and not remembered: parsing it and writing it to each of them would hold
 * up everything else that the daemon does by more than 100 ms at a time. The drain of a session that has ended takes it.
 */
export const LIVE_LIMIT_BYTES = 16 * 1024 * 1024

/** One for all, so that two readings of nothing are the same. */
const ABSENT = { kind: 'absent' } as const

const NO_BYTES = Buffer.alloc(0)

/**
 * Reads the document into `memory`. What is like `known` becomes the same objects; a file of more than `limitBytes` is not
 * even opened. Links are followed.
 * @throws the system error when it may not be read
 */
export function readDocument(
  path: string,
  memory: GrowingBytes,
  options: { readonly known: JsonObject | undefined; readonly limitBytes: number },
): DocumentReading {
  const read = readBytes(path, memory, options.limitBytes)
  if (read.kind !== 'bytes') return { file: read, bytes: NO_BYTES }
  const { bytes, mark } = read
  const parsed = parseDocument(bytes, options.known)
  if (parsed.kind === 'document') return { file: { ...parsed, mark }, bytes }
  return { file: unreadable(parsed.why, parsed.isMidWrite ? writtenMsOf(mark) : null), bytes: NO_BYTES }
}

/** The bytes of the file at `path`, only until `memory` is used again, and what it looked like before they were read. */
export function readBytes(
  path: string,
  memory: GrowingBytes,
  limitBytes = Number.POSITIVE_INFINITY,
): { readonly kind: 'bytes'; readonly bytes: Buffer; readonly mark: FileMark } | NoDocument {
  const refused = refusalOf(path, limitBytes)
  if (refused !== null) return refused
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    return ABSENT
  }
  try {
    const stat = fstatSync(fd, { bigint: true })
    // It was put there in the moment since it was looked at.
    if (!stat.isFile()) return unreadable('is not a JSON document and not even a file')
    return { kind: 'bytes', bytes: readAll(fd, Number(stat.size), memory), mark: markOf(stat) }
  } finally {
    closeSync(fd)
  }
}

/** What is there instead of a file that can be read as a document. */
function refusalOf(path: string, limitBytes: number): NoDocument | null {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return isLink(path) ? unreadable('is not a JSON document but a link to nothing') : ABSENT
    if (stat.isDirectory()) return unreadable('is not a JSON document but a folder')
    if (!stat.isFile()) return unreadable('is not a JSON document and not even a file')
    if (stat.size > limitBytes) return unreadable(`is larger than ${Math.floor(limitBytes / 1024 / 1024)} MiB`)
    return null
  } catch (error) {
    if (errnoOf(error) === 'ELOOP') return unreadable('is not a JSON document but a loop of links')
    throw error
  }
}

/** To the end, wherever that is by now: the file may be growing. */
function readAll(fd: number, size: number, memory: GrowingBytes): Buffer {
  memory.clear()
  for (;;) {
    // One byte more than is expected, so that the end is met without another round.
    const room = memory.room(Math.max(1, size + 1 - memory.bytes.length))
    const count = readSync(fd, room, 0, room.length, null)
    if (count === 0) return memory.bytes
    memory.take(count)
  }
}

/** Writing to a link to nothing would make a file in a place that the person has taken away. */
function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function unreadable(why: string, midWriteAtMs: number | null = null): NoDocument {
  return { kind: 'unreadable', why, midWriteAtMs }
}
