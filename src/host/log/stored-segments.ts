/** The segments of a log that lie on the disk at this moment, found by their names alone. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from '../../platform/perch-error.js'
import { LOG_FOLDER, parseSegmentFileName, segmentFileName } from './segment-format.js'

export interface StoredSegment {
  readonly start: number
  /** Offset after its last byte. */
  readonly end: number
  readonly path: string
  /** Of when its bytes came. May be missing. */
  readonly indexPath: string
}

/** Of each stream that holds anything, in the order of their offsets. A session that kept no log has none. */
export async function findSegments(sessionFolder: string): Promise<ReadonlyMap<string, readonly StoredSegment[]>> {
  const folder = join(sessionFolder, LOG_FOLDER)
  const found = new Map<string, StoredSegment[]>()
  for (const fileName of await namesIn(folder)) {
    const name = parseSegmentFileName(fileName)
    if (!name) continue
    const path = join(folder, fileName)
    const size = await sizeUnlessGone(path)
    if (size === 0) continue
    const list = found.get(name.stream) ?? []
    list.push({ start: name.start, end: name.start + size, path, indexPath: join(folder, segmentFileName(name, 'idx')) })
    found.set(name.stream, list)
  }
  for (const list of found.values()) list.sort((a, b) => a.start - b.start)
  return found
}

/** 0 for a file that is not there: a session that runs drops its oldest segments. */
export async function sizeUnlessGone(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0
    throw error
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
