/**
 * The log of a session whose host is gone, read from its folder. It trusts nothing but the segments themselves, so that
 * a session whose host was killed reads the same as one that ended well.
 */
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { StreamExtent } from '../../api/session.js'
import { errnoOf } from '../../platform/perch-error.js'
import { LastLines, TAIL_PIECE_BYTES, TAIL_SEARCH_LIMIT_BYTES } from './last-lines.js'
import { LOG_FOLDER, parseSegmentFileName } from './segment-format.js'

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

interface EndedSegment {
  readonly start: number
  readonly end: number
  readonly path: string
}

/** Opens the log in a session's folder. A session that kept none has an empty one. */
export async function openEndedLog(folder: string): Promise<EndedLog> {
  const segments = await findSegments(join(folder, LOG_FOLDER))
  const of = (stream: string) => segments.get(stream) ?? []
  const read = (stream: string, from: number, maxBytes: number) => readSegments(of(stream), from, maxBytes)
  const extents = Object.fromEntries([...segments].map(([stream, list]) => [stream, extentOf(list)]))
  return {
    extents,
    read,
    lastLinesStart: (stream, lines) => findLastLines(extentOf(of(stream)), lines, (...at) => read(stream, ...at)),
  }
}

async function findSegments(folder: string): Promise<Map<string, EndedSegment[]>> {
  const found = new Map<string, EndedSegment[]>()
  for (const fileName of await namesIn(folder)) {
    const name = parseSegmentFileName(fileName)
    if (!name) continue
    const path = join(folder, fileName)
    const { size } = await stat(path)
    if (size === 0) continue
    const list = found.get(name.stream) ?? []
    list.push({ start: name.start, end: name.start + size, path })
    found.set(name.stream, list)
  }
  for (const list of found.values()) list.sort((a, b) => a.start - b.start)
  return found
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

function extentOf(segments: readonly EndedSegment[]): StreamExtent {
  return { start: segments[0]?.start ?? 0, end: segments.at(-1)?.end ?? 0 }
}

async function readSegments(segments: readonly EndedSegment[], from: number, maxBytes: number): Promise<EndedRead> {
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
