/**
 * The usage signals of one session on disk: `signals.jsonl` in its folder, one record a line, numbered without a hole, for a daemon
 * that may not be there when they come.
 */
import { join } from 'node:path'
import * as v from 'valibot'
import { SignalRecord } from '../../api/signal.js'
import { LineFile, type LineFilePaths, readLineFile } from '../line-file.js'

/** Some twenty thousand requests, while a daemon takes them over within the minute. The file before this one is kept as well. */
export const SIGNAL_FILE_LIMIT_BYTES = 4 * 1024 * 1024

type WithoutNumber<T> = T extends unknown ? Omit<T, 'n'> : never
/** A record before the file gives it its number. */
export type NewSignal = WithoutNumber<SignalRecord>

export class SignalFile {
  readonly #file: LineFile
  #lastNumber = 0

  constructor(sessionFolder: string) {
    this.#file = new LineFile(signalFilePaths(sessionFolder), SIGNAL_FILE_LIMIT_BYTES)
  }

  /** Numbers and appends these, all or none. @throws the system error */
  append(signals: readonly NewSignal[]): void {
    if (signals.length === 0) return
    this.#file.append(signals.map((signal, index) => JSON.stringify({ ...signal, n: this.#lastNumber + index + 1 })))
    this.#lastNumber += signals.length
    this.#file.setAsideIfFull()
  }
}

/**
 * The records that a session's folder holds after number `after`, in their order. Lines that were cut off or damaged are left
 * out; of two with one number the first counts.
 */
export function readSignalFiles(sessionFolder: string, after: number): readonly SignalRecord[] {
  let last = after
  const records: SignalRecord[] = []
  for (const line of readLineFile(signalFilePaths(sessionFolder))) {
    const parsed = v.safeParse(SignalRecord, line)
    if (!parsed.success || parsed.output.n <= last) continue
    last = parsed.output.n
    records.push(parsed.output)
  }
  return records
}

/** Where they lie. */
export function signalFilePaths(sessionFolder: string): LineFilePaths {
  return { path: join(sessionFolder, 'signals.jsonl'), olderPath: join(sessionFolder, 'signals.1.jsonl') }
}
