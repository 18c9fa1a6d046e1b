/**
 * How a stream lies in a session's `log/` folder. Pure.
 *
 * `<stream>.<start>.bin` holds the raw bytes from absolute offset `start` on; segments of a stream follow one another
 * without holes, except where the disk had failed. `<stream>.<start>.idx` beside it tells when they came, as the records of
 * `src/api/log-index.ts`. A record cut short by a crash is ignored.
 */
import type { StreamName } from '../../api/session.js'
import { streamNames } from '../../api/stream-names.js'

export const LOG_FOLDER = 'log'

export interface SegmentName {
  readonly stream: StreamName
  readonly start: number
}

export function segmentFileName(name: SegmentName, kind: 'bin' | 'idx'): string {
  return `${name.stream}.${name.start}.${kind}`
}

/** What a `.bin` file's name says; undefined for any other file. */
export function parseSegmentFileName(fileName: string): SegmentName | undefined {
  const match = /^([a-z]+)\.(0|[1-9]\d*)\.bin$/.exec(fileName)
  const stream = streamNames.find((name) => name === match?.[1])
  const start = Number(match?.[2])
  return stream !== undefined && Number.isSafeInteger(start) ? { stream, start } : undefined
}
