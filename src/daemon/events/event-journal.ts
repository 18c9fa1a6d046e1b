/**
 * The daemon's journal of events: gives each its number, and has it on disk before anybody is told. Only the holder of the
 * daemon's lock opens it, so that there is one writer.
 *
 * An event that cannot be written gets no number and is told to nobody: numbers stay without a gap, and whoever wanted it
 * told (`SessionChronicle`) finds out again what is missing. A line survives the death of the daemon, not that of the
 * machine: after a power cut the last events may be told anew, under their old numbers.
 */
import { PerchError } from '../../platform/perch-error.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import type { JournalFile } from './journal-file.js'
import { JournalFiles } from './journal-files.js'
import { encodeCheckpoint, encodeEvent, type NewEvent, noteEvent, stateOfLines, type ToldSession } from './journal-format.js'

export interface EventJournalOptions {
  readonly path: string
  readonly log: DaemonLog
  /** Where a file is full; the default is for the real one. */
  readonly fileLimitBytes?: number
  /**
   * Whether the folder is still the one that was locked. When it was removed and made again, the file that lies there now
   * is another daemon's, with numbers of its own.
   */
  readonly ownsFolder?: () => boolean
}

export class EventJournal {
  readonly #log: DaemonLog
  readonly #files: JournalFiles
  readonly #ownsFolder: () => boolean
  readonly #waiting = new Set<() => void>()
  #sessions = new Map<string, ToldSession>()
  #seq = 0
  #isLoaded = false
  #isFailing = false
  #isClosed = false

  /** Goes on where an earlier daemon left off. */
  constructor({ path, log, fileLimitBytes, ownsFolder = () => true }: EventJournalOptions) {
    this.#log = log
    this.#ownsFolder = ownsFolder
    this.#files = new JournalFiles(path, () => this.#requireOwned(), fileLimitBytes)
    this.#attempt(() => this.#load())
  }

  /** The number of the last event; 0 before the first. */
  get seq(): number {
    return this.#seq
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** The first file that is still held; undefined before the first event. */
  get oldestFile(): JournalFile | undefined {
    return this.#files.oldest
  }

  get newestFile(): JournalFile | undefined {
    return this.#files.newest
  }

  /** What of a session is told; undefined when nothing is, or when its removal is. */
  told(session: string): ToldSession | undefined {
    return this.#sessions.get(session)
  }

  /** The sessions of which something but not the removal is told. */
  toldSessions(): readonly string[] {
    return [...this.#sessions.keys()]
  }

  /** Writes an event down under the next number. False when it cannot be written now; then it does not exist. */
  append(event: NewEvent): boolean {
    if (!this.#attempt(() => this.#write(event))) return false
    this.#seq += 1
    noteEvent(this.#sessions, event)
    this.#wake()
    return true
  }

  /** Calls `listener` once: at the next event, or when the journal is closed. Returns the way to stop that. */
  onNext(listener: () => void): () => void {
    this.#waiting.add(listener)
    return () => this.#waiting.delete(listener)
  }

  /** Readers come to their end. */
  close(): void {
    this.#isClosed = true
    this.#wake()
  }

  /** Until the files could be read nothing may be written: the next number is not known. */
  #load(): void {
    const { seq, sessions } = stateOfLines(this.#files.load())
    this.#seq = seq
    this.#sessions = new Map(sessions)
    this.#isLoaded = true
  }

  #write(event: NewEvent): void {
    this.#requireOwned()
    if (!this.#isLoaded) this.#load()
    this.#files.append(encodeEvent(this.#seq + 1, event), () => encodeCheckpoint({ seq: this.#seq, sessions: this.#sessions }))
  }

  #requireOwned(): void {
    if (!this.#ownsFolder()) throw new PerchError('not-writable', 'the folder of the journal is gone')
  }

  /** Whether `step` could be done. The log tells when it fails for the first time, and when it works again. */
  #attempt(step: () => void): boolean {
    try {
      step()
    } catch (error) {
      if (!this.#isFailing) this.#log.warn('events cannot be written down, and wait', errorFields(error))
      this.#isFailing = true
      return false
    }
    if (this.#isFailing) this.#log.info('events are written down again')
    this.#isFailing = false
    return true
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const listener of waiting) listener()
  }
}
