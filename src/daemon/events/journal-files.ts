/**
 * The two files of the event journal on disk: lines go to the end of the newer one; when that is full it becomes the older
 * one, and the older one is dropped. What a death or a full disk tore is never read and is written over.
 */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'
import { writeFileAtomic } from '../../platform/files/atomic-file.js'
import { errnoOf } from '../../platform/perch-error.js'
import { DiskReserve } from './disk-reserve.js'
import { type JournalFile, olderFile, readNewestFile } from './journal-file.js'
import { isCheckpoint } from './journal-format.js'

/** Events of one file; some five thousand of them: weeks of ordinary use, read in some 15 ms at the start of the daemon. */
export const JOURNAL_FILE_LIMIT_BYTES = 1024 * 1024

/** What was written is not there any more. */
class FileSpoiled extends Error {}

export class JournalFiles {
  readonly #path: string
  readonly #olderPath: string
  readonly #requireOwned: () => void
  readonly #limitBytes: number
  readonly #reserve: DiskReserve
  #older: JournalFile | undefined
  #newest: JournalFile | undefined
  /** Where the newest file is full: the checkpoint of many sessions leaves as much room for events as that of none. */
  #fullAtBytes = 0

  /** `requireOwned` throws once the files at the path may be somebody else's. */
  constructor(path: string, requireOwned: () => void, limitBytes = JOURNAL_FILE_LIMIT_BYTES) {
    this.#path = path
    this.#requireOwned = requireOwned
    this.#olderPath = path.replace(/(?:\.jsonl)?$/, '.1.jsonl')
    this.#limitBytes = limitBytes
    this.#reserve = new DiskReserve(`${path}.reserve`)
  }

  /** The first file that is still held; undefined before the first line. */
  get oldest(): JournalFile | undefined {
    return this.#older ?? this.#newest
  }

  get newest(): JournalFile | undefined {
    return this.#newest
  }

  /** Finds the files, and returns the lines from the last checkpoint on, or from further back. @throws the system error */
  load(): readonly string[] {
    const newest = readNewestFile(this.#path)
    this.#older = olderFile(this.#olderPath)
    this.#newest = newest?.file
    if (this.#older) this.#older.next = this.#newest
    this.#reserve.fill()
    const [first = ''] = newest?.lines ?? []
    this.#fullAtBytes = Buffer.byteLength(first) + this.#limitBytes
    if (newest && isCheckpoint(first)) return newest.lines
    // The daemon died between setting the full file aside and beginning the next, or somebody emptied that.
    return [...(readNewestFile(this.#olderPath)?.lines ?? []), ...(newest?.lines ?? [])]
  }

  /**
   * Writes a line, all of it or nothing; a new file begins with `checkpoint`.
   * @throws PerchError `disk-full`, `not-writable`, or the system error
   */
  append(line: string, checkpoint: () => string): void {
    const bytes = Buffer.from(line)
    if (this.#newest && this.#newest.bytes >= this.#fullAtBytes) this.#setAside(this.#newest)
    try {
      this.#write(bytes, this.#newest ?? this.#begin(checkpoint()))
    } catch (error) {
      // A file that somebody removed or cut is begun anew; and a full disk may have a little room now.
      if (error instanceof FileSpoiled || errnoOf(error) === 'ENOENT') this.#begin(checkpoint())
      else if (!this.#reserve.release(error)) throw error
      this.#write(bytes, this.#newest ?? this.#begin(checkpoint()))
    }
    this.#reserve.fill()
  }

  #write(bytes: Buffer, file: JournalFile): void {
    const fd = openSync(this.#path, 'r+')
    try {
      // Asked once the file is open: asked before, a process that was stopped in between would write into another's.
      this.#requireOwned()
      const { size } = fstatSync(fd)
      if (size < file.bytes) throw new FileSpoiled(`the journal of events was cut from ${file.bytes} to ${size} bytes`)
      let written = 0
      // At the end of the last whole line: what a failed write left there is written over.
      while (written < bytes.byteLength) {
        written += writeSync(fd, bytes, written, bytes.byteLength - written, file.bytes + written)
      }
      file.bytes += written
    } finally {
      closeSync(fd)
    }
  }

  #begin(checkpoint: string): JournalFile {
    this.#requireOwned()
    writeFileAtomic(this.#path, checkpoint)
    const file: JournalFile = { path: this.#path, bytes: Buffer.byteLength(checkpoint), next: undefined }
    this.#fullAtBytes = file.bytes + this.#limitBytes
    if (this.#older) this.#older.next = file
    if (this.#newest) {
      // Removed by somebody: whoever still reads it goes on with the new one.
      this.#newest.path = undefined
      this.#newest.next = file
    }
    this.#newest = file
    return file
  }

  #setAside(full: JournalFile): void {
    this.#requireOwned()
    try {
      renameSync(this.#path, this.#olderPath)
    } catch (error) {
      // Removed by somebody; the next write notices.
      if (errnoOf(error) === 'ENOENT') return
      throw error
    }
    if (this.#older) this.#older.path = undefined
    full.path = this.#olderPath
    this.#older = full
    this.#newest = undefined
  }
}
