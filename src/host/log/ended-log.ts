/**
 * The log of a session whose host is gone, read from its folder. It trusts nothing but the segments themselves, so that
 * a session whose host was killed reads the same as one that ended well.
 */
import { open } from 'node:fs/promises'
import type { StreamExtent } from '../../api/session.js'
import { LastLines, TAIL_PIECE_BYTES, TAIL_SEARCH_LIMIT_BYTES } from './last-lines.js'
import { findSegments, type StoredSegment } from './stored-segments.js'

type EndedRead =
  | { readonly kind: 'data'; readonly bytes: Buffer }
  /** The bytes from `from` to before `to` are gone: go on at `to`. */
  | { readonly kind: 'gap'; readonly from: number; readonly to: number }
  | { readonly kind: 'end'; readonly offset: number }

export interface EndedLog {
  /** What each stream holds. Streams that never wrote a byte are missing. */
  readonly extents: Readonly<Record<string, StreamExtent>>
  /** At most `maxBytes` of a stream from the offset on, which may be any. */
  read(stream: string, from: number, maxBytes: number): Promise<EndedRead>
  /** The offset at which the last `lines` lines of the stream begin. */
  lastLinesStart(stream: string, lines: number): Promise<number>
}

/** Opens the log in a session's folder. A session that kept none has an empty one. */
export async function openEndedLog(folder: string): Promise<EndedLog> {
  const segments = await findSegments(folder)
  const of = (stream: string) => segments.get(stream) ?? []
  const read = (stream: string, from: number, maxBytes: number) => readSegments(of(stream), from, maxBytes)
  const extents = Object.fromEntries([...segments].map(([stream, list]) => [stream, extentOf(list)]))
  return {
    extents,
    read,
    lastLinesStart: (stream, lines) => findLastLines(extentOf(of(stream)), lines, (...at) => read(stream, ...at)),
  }
}

function extentOf(segments: readonly StoredSegment[]): StreamExtent {
  return { start: segments[0]?.start ?? 0, end: segments.at(-1)?.end ?? 0 }
}

async function readSegments(segments: readonly StoredSegment[], from: number, maxBytes: number): Promise<EndedRead> {
  const segment = segments.find(({ end }) => from < end)
  if (!segment) return { kind: 'end', offset: extentOf(segments).end }
  if (from < segment.start) return { kind: 'gap', from, to: segment.start }
  const file = await open(segment.path)
  try {
    const wanted = Buffer.allocUnsafe(Math.min(maxBytes, segment.end - from))
    const { bytesRead } = await file.read(wanted, 0, wanted.byteLength, from - segment.start)
    if (bytesRead > 0) return { kind: 'data', bytes: wanted.subarray(0, bytesRead) }
    // The file was cut short by somebody else since it was opened.
    return { kind: 'gap', from, to: segment.end }
  } finally {
    await file.close()
  }
}

type ReadAt = (from: number, maxBytes: number) => Promise<EndedRead>

async function findLastLines({ start, end }: StreamExtent, lines: number, read: ReadAt): Promise<number> {
  const search = new LastLines(lines)
  const floor = Math.max(start, end - TAIL_SEARCH_LIMIT_BYTES)
  for (let to = end; to > floor; ) {
    const from = Math.max(floor, to - TAIL_PIECE_BYTES)
    const piece: Buffer[] = []
    for (let at = from; at < to; ) {
      const part = await read(at, to - at)
      if (part.kind !== 'data') return part.kind === 'gap' ? part.to : at
      piece.push(part.bytes)
      at += part.bytes.byteLength
    }
    const found = search.startIn(Buffer.concat(piece))
    if (found !== undefined) return from + found
    to = from
  }
  return lines === 0 ? end : floor
}
