/**
 * The usage signals of one session on disk: `signals.jsonl` in its folder, one record a line, numbered without a hole, for a daemon
 * that may not be there when they come. Bounded; a disk that takes nothing harms no session.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { SignalRecord } from '../../api/signal.js'
import { readFileIfPresent } from '../../platform/files/atomic-file.js'

/** Some twenty thousand requests, while a daemon takes them over within the minute. The file before this one is kept as well. */
export const SIGNAL_FILE_LIMIT_BYTES = 4 * 1024 * 1024

type WithoutNumber<T> = T extends unknown ? Omit<T, 'n'> : never
/** A record before the file gives it its number. */
export type NewSignal = WithoutNumber<SignalRecord>

export class SignalFile {
  readonly #path: string
  readonly #olderPath: string
  #lastNumber = 0
  /** The last line may have been cut off by a full disk: the next one begins on a line of its own. */
  #isTorn = false

  constructor(sessionFolder: string) {
    this.#path = signalFilePath(sessionFolder)
    this.#olderPath = olderSignalFilePath(sessionFolder)
  }

  /** Numbers and appends these, all or none: what a disk that filled in their middle took is cut off again. @throws the system error */
  append(signals: readonly NewSignal[]): void {
    if (signals.length === 0) return
    const numbered = signals.map((signal, index) => ({ ...signal, n: this.#lastNumber + index + 1 }))
    const text = numbered.map((signal) => `${JSON.stringify(signal)}\n`).join('')
    const bytes = Buffer.from(this.#isTorn ? `\n${text}` : text)
    const fd = openSync(this.#path, 'a', 0o600)
    let written = 0
    let isFull: boolean
    const { size } = fstatSync(fd)
    try {
      this.#isTorn = true
      while (written < bytes.byteLength) written += writeSync(fd, bytes, written)
      this.#isTorn = false
      this.#lastNumber += signals.length
      isFull = size + written >= SIGNAL_FILE_LIMIT_BYTES
    } catch (error) {
      // Else another record would get the number of one that is there already.
      ftruncateSync(fd, size)
      this.#isTorn = false
      throw error
    } finally {
      closeSync(fd)
    }
    if (isFull) renameSync(this.#path, this.#olderPath)
  }
}

/**
 * The records that a session's folder holds after number `after`, in their order. Lines that were cut off or damaged are left
 * out; of two with one number (the disk filled up between them) the first counts.
 */
export function readSignalFiles(sessionFolder: string, after: number): readonly SignalRecord[] {
  let last = after
  const records: SignalRecord[] = []
  for (const path of [olderSignalFilePath(sessionFolder), signalFilePath(sessionFolder)]) {
    for (const line of (readFileIfPresent(path)?.toString('utf8') ?? '').split('\n')) {
      const record = parseLine(line)
      if (record === undefined || record.n <= last) continue
      last = record.n
      records.push(record)
    }
  }
  return records
}

function parseLine(line: string): SignalRecord | undefined {
  if (line === '') return undefined
  try {
    const parsed = v.safeParse(SignalRecord, JSON.parse(line))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}

export function signalFilePath(sessionFolder: string): string {
  return join(sessionFolder, 'signals.jsonl')
}

export function olderSignalFilePath(sessionFolder: string): string {
  return join(sessionFolder, 'signals.1.jsonl')
}
