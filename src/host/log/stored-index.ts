/**
 * When the bytes of a stream came, as far as the disk knows at this moment, also of a session that runs. The host writes
 * the record of a byte before the byte, so an index that is looked at after the bytes lacks nothing of them.
 */
import { open } from 'node:fs/promises'
import { INDEX_RECORD_BYTES } from '../../api/log-index.js'
import { errnoOf } from '../../platform/perch-error.js'
import { findSegments, sizeUnlessGone } from './stored-segments.js'

export interface StoredIndex {
  /** The index tells of every byte before this offset that is still held; 0 when the disk holds nothing of the stream. */
  readonly end: number
  readonly lengthBytes: number
  /** The records, `lengthBytes` in all, in pieces of whole ones. */
  pieces(): AsyncGenerator<Buffer, void, void>
}

/** Few reads for a long session, and little memory. A whole number of records. */
const PIECE_BYTES = 4096 * INDEX_RECORD_BYTES

interface IndexPart {
  readonly path: string
  readonly bytes: number
}

/** The index of what the stream's segments hold from offset `from` on. A few records of before it may come first. */
export async function openStoredIndex(sessionFolder: string, stream: string, from: number): Promise<StoredIndex> {
  const segments = (await findSegments(sessionFolder)).get(stream) ?? []
  const parts: IndexPart[] = []
  for (const { end, indexPath } of segments) {
    if (end < from) continue
    const size = await sizeUnlessGone(indexPath)
    parts.push({ path: indexPath, bytes: size - (size % INDEX_RECORD_BYTES) })
  }
  return {
    end: segments.at(-1)?.end ?? 0,
    lengthBytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    pieces: async function* () {
      for (const part of parts) yield* piecesOf(part)
    },
  }
}

async function* piecesOf({ path, bytes }: IndexPart): AsyncGenerator<Buffer, void, void> {
  const file = await openUnlessGone(path)
  try {
    for (let at = 0; at < bytes; ) {
      // Zeros are a record of no kind. They stand for what was dropped meanwhile, together with its bytes: a length was announced.
      const piece = Buffer.alloc(Math.min(PIECE_BYTES, bytes - at))
      await file?.read(piece, 0, piece.byteLength, at)
      yield piece
      at += piece.byteLength
    }
  } finally {
    await file?.close()
  }
}

async function openUnlessGone(path: string) {
  try {
    return await open(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
