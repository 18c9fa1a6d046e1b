/**
 * The documents as this process last saw them, so that a pass in which nothing has changed reads nothing, and one in which one
 * file has changed parses that one. Only a memory: everything in it can be had again from the files, and what a merge comes
 * to never depends on it.
 */
import { basename } from 'node:path'
import { crc32 } from 'node:zlib'
import { DocumentComposer } from '../sync/document-composer.js'
import { GrowingBytes } from '../sync/growing-bytes.js'
import type { JsonStyle } from '../sync/json-style.js'
import { isSameJson, type JsonObject } from '../sync/json-value.js'
import { type DocumentFile, readBytes, readDocument } from './document-file.js'
import { type FileMark, isRacy, isSameMark, markAt } from './file-mark.js'

/**
 * What all remembered documents may have as text. Their values are shared, so eight replicas of one document take little
 * more memory than one; unrelated ones take two to three times their text.
 */
const MEMORY_LIMIT_BYTES = 256 * 1024 * 1024

/** Longer than the slow pass of a live runtime: what is not asked for in this time is of a runtime that has ended. */
const UNUSED_MS = 120_000

interface Remembered {
  readonly file: Extract<DocumentFile, { kind: 'document' }>
  /**
   * What the bytes must be where the times of the file do not prove them yet: of this checksum, or what the document is as
   * text. Null when they do.
   */
  readonly proof: number | 'as-composed' | null
  readonly isOwn: boolean
}

export interface ReadRequest {
  /** A document that this one is probably like. */
  readonly like?: JsonObject | undefined
  readonly limitBytes?: number
  /** Perch's own file, which is only ever replaced, under the profile's lock: its inode and times prove it. */
  readonly isOwn?: boolean
}

export class DocumentMemory {
  /** In the order of their last use. */
  readonly #files = new Map<string, Remembered & { readonly usedAtMs: number }>()
  readonly #settled = new Map<string, readonly unknown[]>()
  readonly #missingSinceMs = new Map<string, number>()
  readonly #latestOwn = new Map<string, string>()
  readonly #reading = new GrowingBytes()
  readonly #composer = new DocumentComposer()

  /** The document at `path` as it is now. */
  read(path: string, { like, limitBytes = Number.POSITIVE_INFINITY, isOwn = false }: ReadRequest = {}): DocumentFile {
    const known = this.#files.get(path)
    const proven = known === undefined ? null : this.#proven(path, known)
    if (proven !== null) return this.#remember(path, proven)
    const { file, bytes } = readDocument(path, this.#reading, { known: known?.file.document ?? like, limitBytes })
    if (file.kind !== 'absent') this.#missingSinceMs.delete(path)
    if (file.kind === 'document') {
      return this.#remember(path, { file, proof: !isOwn && isRacy(file.mark) ? crc32(bytes) : null, isOwn })
    }
    this.#files.delete(path)
    return file
  }

  /** How long the file at `path`, which was just read as absent, has been so, as far as this process knows. */
  missingForMs(path: string): number {
    const since = this.#missingSinceMs.get(path) ?? performance.now()
    this.#missingSinceMs.set(path, since)
    return performance.now() - since
  }

  /** The text of a document, until the next one is composed. */
  compose(document: JsonObject, style: JsonStyle): Buffer {
    return this.#composer.compose(document, style)
  }

  /** Takes note that perch has just made `path` what `compose` last returned. */
  wrote(path: string, document: JsonObject, style: JsonStyle, mark: FileMark): void {
    const file = { kind: 'document', document, style, mark } as const
    this.#remember(path, { file, proof: isRacy(mark) ? 'as-composed' : null, isOwn: false })
  }

  /** Takes note that perch has just made its own file `path` this document. */
  wroteOwn(path: string, document: JsonObject, style: JsonStyle, mark: FileMark): void {
    this.#remember(path, { file: { kind: 'document', document, style, mark }, proof: null, isOwn: true })
    this.#latestOwn.set(basename(path), path)
  }

  /** A file of perch's own, of the same name, that says just this. */
  ownFileLike(path: string, document: JsonObject): string | null {
    const other = this.#latestOwn.get(basename(path))
    const known = other === undefined ? undefined : this.#files.get(other)
    if (other === undefined || other === path || known === undefined || !isSameJson(known.file.document, document)) return null
    return isUnchanged(other, known) ? other : null
  }

  /** Whether the last pass over `replica` found nothing to do, and saw exactly these. */
  isSettled(replica: string, seen: readonly unknown[]): boolean {
    const before = this.#settled.get(replica)
    return before?.length === seen.length && before.every((value, at) => value === seen[at])
  }

  settle(replica: string, seen: readonly unknown[]): void {
    this.#settled.set(replica, seen)
  }

  /** Gives all the memory back. */
  clear(): void {
    for (const map of [this.#files, this.#settled, this.#missingSinceMs, this.#latestOwn]) map.clear()
    this.#reading.free()
    this.#composer.free()
  }

  /** What is remembered, if the file is still that. */
  #proven(path: string, known: Remembered): Remembered | null {
    if (!isUnchanged(path, known)) return null
    if (known.proof === null) return known
    const read = readBytes(path, this.#reading)
    if (read.kind !== 'bytes' || !isSameMark(read.mark, known.file.mark)) return null
    const { document, style } = known.file
    const isProven =
      known.proof === 'as-composed' ? read.bytes.equals(this.compose(document, style)) : crc32(read.bytes) === known.proof
    if (!isProven) return null
    return isRacy(known.file.mark) ? known : { ...known, proof: null }
  }

  #remember(path: string, remembered: Remembered): Remembered['file'] {
    const nowMs = performance.now()
    this.#files.delete(path)
    this.#files.set(path, { ...remembered, usedAtMs: nowMs })
    let size = 0
    for (const { file } of this.#files.values()) size += Number(file.mark.size)
    for (const [name, { file, usedAtMs }] of this.#files) {
      if (name === path || (size <= MEMORY_LIMIT_BYTES && nowMs - usedAtMs <= UNUSED_MS)) break
      size -= Number(file.mark.size)
      this.#files.delete(name)
      this.#settled.delete(name)
    }
    return remembered.file
  }
}

/** The memory of this process. */
export const documentMemory = new DocumentMemory()

/** Another name that is given to a file of perch's own changes its ctime, and nothing else. */
function isUnchanged(path: string, { file, isOwn }: Remembered): boolean {
  const now = markAt(path)
  return isSameMark(isOwn && now !== undefined ? { ...now, ctimeNs: file.mark.ctimeNs } : now, file.mark)
}
