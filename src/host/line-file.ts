/**
 * A file of a session's folder to which lines are appended, for a daemon that may not be there: bounded, by setting the full one aside and
 * dropping the one before it. A disk that takes nothing harms no session.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs'
import { readFileIfPresent } from '../platform/files/atomic-file.js'

export interface LineFilePaths {
  readonly path: string
  /** Where the one before lies. */
  readonly olderPath: string
}

export class LineFile {
  readonly #paths: LineFilePaths
  readonly #limitBytes: number
  /** The last line may have been cut off: the next one begins on a line of its own. */
  #isTorn = false
  #isFull = false

  constructor(paths: LineFilePaths, limitBytes: number) {
    this.#paths = paths
    this.#limitBytes = limitBytes
  }

  /**
   * Appends these, all or none: what a disk that filled in their middle took is cut off again. The file is opened for each call, so that a
   * folder that was deleted or moved meanwhile is noticed.
   * @throws the system error
   */
  append(lines: readonly string[]): void {
    const { path } = this.#paths
    const bytes = Buffer.from(`${this.#isTorn ? '\n' : ''}${lines.map((line) => `${line}\n`).join('')}`)
    const fd = openSync(path, 'a', 0o600)
    const { size } = fstatSync(fd)
    let written = 0
    try {
      this.#isTorn = true
      while (written < bytes.byteLength) written += writeSync(fd, bytes, written)
      this.#isTorn = false
    } catch (error) {
      ftruncateSync(fd, size)
      this.#isTorn = false
      throw error
    } finally {
      closeSync(fd)
    }
    this.#isFull = size + written >= this.#limitBytes
  }

  /** After an append, once that is noted: a file that cannot be set aside has the lines all the same. @throws the system error */
  setAsideIfFull(): void {
    if (!this.#isFull) return
    this.#isFull = false
    renameSync(this.#paths.path, this.#paths.olderPath)
  }
}

/** The lines that are held, in their order; those that are no JSON are left out. @throws the system error */
export function readLineFile({ path, olderPath }: LineFilePaths): readonly unknown[] {
  return [olderPath, path].flatMap((each) => (readFileIfPresent(each)?.toString('utf8') ?? '').split('\n').flatMap(parsed))
}

function parsed(line: string): readonly unknown[] {
  if (line === '') return []
  try {
    return [JSON.parse(line)]
  } catch {
    return []
  }
}
