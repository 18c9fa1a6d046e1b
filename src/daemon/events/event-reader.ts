/**
 * The event journal as a stream of lines for one reader, who is served from the files by offset: a slow one costs a buffer
 * and a descriptor however far it is behind, and a hundred of them share nothing but the writer. What is not held any more
 * is told as one gap, once.
 */
import { closeSync, openSync, read } from 'node:fs'
import { promisify } from 'node:util'
import { errnoOf } from '../../platform/perch-error.js'
import type { EventJournal } from './event-journal.js'
import type { JournalFile } from './journal-file.js'
import { type EventReading, ReaderPosition } from './reader-position.js'

/** What a reader holds in memory at a time; some three hundred events. */
const PIECE_BYTES = 64 * 1024
const NEWLINE = 0x0a

const readAt = promisify(read)

/** Whole lines of the stream, many at a time. Ends also when the journal is closed. */
export async function* readEvents(journal: EventJournal, reading: EventReading): AsyncGenerator<string, void, void> {
  const position = new ReaderPosition(reading)
  // Whoever wants only what comes need not be taken through what was.
  let fromEnd = reading.since === journal.seq
  for (let file = fromEnd ? journal.newestFile : journal.oldestFile; ; file = file ? file.next : journal.oldestFile) {
    if (file) yield* readFile(journal, file, fromEnd ? file.bytes : 0, position)
    else if (!(await isContinued(journal, position))) return
    if (position.isAtEnd || (file && !file.next)) return
    fromEnd = false
  }
}

/** Ends when the file is read to its end and another one goes on, or when the reading ends. */
async function* readFile(
  journal: EventJournal,
  file: JournalFile,
  from: number,
  position: ReaderPosition,
): AsyncGenerator<string, void, void> {
  let fd: number | undefined
  const buffer = Buffer.allocUnsafe(PIECE_BYTES)
  let rest = Buffer.alloc(0)
  try {
    for (let at = from; !position.isAtEnd; ) {
      // Looked at before the reading below waits: events that come meanwhile are for the next round.
      const { bytes, next } = file
      const seq = journal.seq
      if (at < bytes) {
        fd ??= openUnlessGone(file)
        const { bytesRead } =
          fd === undefined ? { bytesRead: 0 } : await readAt(fd, buffer, 0, Math.min(PIECE_BYTES, bytes - at), at)
        // Somebody removed or cut the file: what it held is a gap.
        if (bytesRead === 0) at = bytes
        else {
          at += bytesRead
          const whole = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
          const end = whole.lastIndexOf(NEWLINE) + 1
          rest = whole.subarray(end)
          const lines = position.take(whole.toString('utf8', 0, end))
          if (lines !== '') yield lines
        }
      } else if (next) return
      else {
        const gap = position.skipTo(seq)
        if (gap !== '') yield gap
        else if (!(await isContinued(journal, position))) return
      }
    }
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** Waits for the next event. False when there will be none for this reader. */
function isContinued(journal: EventJournal, { signal, isAtEnd }: ReaderPosition): Promise<boolean> {
  if (isAtEnd || journal.isClosed || signal.aborted) return Promise.resolve(false)
  return new Promise((resolve) => {
    const settle = () => {
      stopListening()
      signal.removeEventListener('abort', settle)
      resolve(!journal.isClosed && !signal.aborted)
    }
    const stopListening = journal.onNext(settle)
    signal.addEventListener('abort', settle)
  })
}

/** Undefined when the file was dropped before this reader came to it. */
function openUnlessGone({ path }: JournalFile): number | undefined {
  if (path === undefined) return undefined
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
