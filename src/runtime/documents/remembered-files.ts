/** The files that a process remembers, the ones used last, within a limit. Knows nothing of whether they are still the same. */
import { type DocumentFile, LIVE_LIMIT_BYTES } from './document-file.js'

/**
 * What all remembered documents may have as text. Their values are shared, so eight replicas of one document take little
 * more memory than one; unrelated ones take two to three times their text.
 */
const MEMORY_LIMIT_BYTES = 256 * 1024 * 1024

/** Longer than the slow pass of a live runtime: what is not asked for in this time is of a runtime that has ended. */
const UNUSED_MS = 120_000

export interface Remembered {
  readonly file: Extract<DocumentFile, { kind: 'document' }>
  /**
   * What the bytes must be where the times of the file do not prove them yet: of this checksum, or what the document is as
   * text. Null when they do.
   */
  readonly proof: number | 'as-composed' | null
  readonly isOwn: boolean
}

export class RememberedFiles {
  /** In the order of their last use. */
  readonly #files = new Map<string, Remembered & { readonly usedAtMs: number }>()
  readonly #limitBytes: number

  constructor(limitBytes = MEMORY_LIMIT_BYTES) {
    this.#limitBytes = limitBytes
  }

  get(path: string): Remembered | undefined {
    return this.#files.get(path)
  }

  /** Remembers the file as the one used last, and forgets what is too much or too old for it. */
  keep(path: string, remembered: Remembered): Remembered['file'] {
    // Of the process: whoever only writes once does not load what measures performance (2 to 5 ms).
    const nowMs = process.uptime() * 1000
    this.#files.delete(path)
    if (remembered.file.mark.size > LIVE_LIMIT_BYTES) return remembered.file
    this.#files.set(path, { ...remembered, usedAtMs: nowMs })
    let size = 0
    for (const { file } of this.#files.values()) size += Number(file.mark.size)
    for (const [name, { file, usedAtMs }] of this.#files) {
      if (name === path || (size <= this.#limitBytes && nowMs - usedAtMs <= UNUSED_MS)) break
      size -= Number(file.mark.size)
      this.#files.delete(name)
    }
    return remembered.file
  }

  delete(path: string): void {
    this.#files.delete(path)
  }

  clear(): void {
    this.#files.clear()
  }
}
