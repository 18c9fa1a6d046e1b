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
import { PassMemory } from './pass-memory.js'
import { type Remembered, RememberedFiles } from './remembered-files.js'

export interface ReadRequest {
  /** A document that this one is probably like. */
  readonly like?: JsonObject | undefined
  readonly limitBytes?: number
  /** Perch's own file, which is only ever replaced, under the profile's lock: its inode and times prove it. */
  readonly isOwn?: boolean
}

export class DocumentMemory {
  readonly #files: RememberedFiles
  readonly passes = new PassMemory()
  readonly #latestBase = new Map<string, string>()
  readonly #reading = new GrowingBytes()
  readonly #composer = new DocumentComposer()

  /** `limitBytes`: of all remembered documents, as text. */
  constructor(limitBytes?: number) {
    this.#files = new RememberedFiles(limitBytes)
  }

  /** The document at `path` as it is now. */
  read(path: string, { like, limitBytes = Number.POSITIVE_INFINITY, isOwn = false }: ReadRequest = {}): DocumentFile {
    const known = this.#files.get(path)
    const proven = known === undefined ? null : this.#proven(path, known)
    if (proven !== null) return this.#files.keep(path, proven)
    const { file, bytes } = readDocument(path, this.#reading, { known: known?.file.document ?? like, limitBytes })
    if (file.kind !== 'absent') this.passes.isThere(path)
    if (file.kind === 'document') {
      return this.#files.keep(path, { file, proof: !isOwn && isRacy(file.mark) ? crc32(bytes) : null, isOwn })
    }
    this.#files.delete(path)
    return file
  }

  /** The text of a document, until the next one is composed. */
  compose(document: JsonObject, style: JsonStyle): Buffer {
    return this.#composer.compose(document, style)
  }

  /** Takes note that perch has just made `path` what `compose` last returned. */
  wrote(path: string, document: JsonObject, style: JsonStyle, mark: FileMark): void {
    const file = { kind: 'document', document, style, mark } as const
    this.#files.keep(path, { file, proof: isRacy(mark) ? 'as-composed' : null, isOwn: false })
  }

  /** Takes note that perch has just made its own file `path` this document. */
  wroteOwn(path: string, document: JsonObject, style: JsonStyle, mark: FileMark): void {
    this.#files.keep(path, { file: { kind: 'document', document, style, mark }, proof: null, isOwn: true })
  }

  /** `wroteOwn` of a base. */
  wroteBase(path: string, document: JsonObject, style: JsonStyle, mark: FileMark): void {
    this.wroteOwn(path, document, style, mark)
    this.#latestBase.set(basename(path), path)
  }

  /** The base of another profile, of a document of the same name, that says just this. */
  baseLike(path: string, document: JsonObject): string | null {
    const other = this.#latestBase.get(basename(path))
    const known = other === undefined ? undefined : this.#files.get(other)
    if (other === undefined || other === path || known === undefined || !isSameJson(known.file.document, document)) return null
    return isUnchanged(other, known) ? other : null
  }

  /** Gives all the memory back: for when no runtime is live any more. */
  clear(): void {
    this.#files.clear()
    this.#latestBase.clear()
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
}

/** The memory of this process. */
export const documentMemory = new DocumentMemory()

/** Another name that is given to a file of perch's own changes its ctime, and nothing else. */
function isUnchanged(path: string, { file, isOwn }: Remembered): boolean {
  const now = markAt(path)
  return isSameMark(isOwn && now !== undefined ? { ...now, ctimeNs: file.mark.ctimeNs } : now, file.mark)
}
