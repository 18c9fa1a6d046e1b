/**
 * Reads an attachment and holds it to the order that the log promises: each stream from its offset without a hole or a
 * repetition but for gaps that are told, then its end, then the exit, then why it is over.
 */

import type { StreamName } from '../../src/api/session.js'
import type { ExitRecord } from '../../src/api/session-record.js'
import type { CloseReason } from '../../src/client/attachment-events.js'
import type { HostAttachment } from '../../src/client/attachment-output.js'
import type { Expected } from './known-bytes.js'

export interface Followed {
  /** The first thing that was not as promised. */
  readonly problem: string | undefined
  readonly gapBytes: number
  /** Offset after the last byte that came, by stream. */
  readonly positions: ReadonlyMap<string, number>
  readonly exit: ExitRecord | undefined
  /** Undefined when the reader had enough before the end. */
  readonly closed: CloseReason | undefined
}

/** Reads until the attachment is over, or until `enough`, which is asked after each piece, says so of the bytes that came. */
export async function follow(
  { attached, events }: Pick<HostAttachment, 'attached' | 'events'>,
  expectedOf: (stream: StreamName) => Expected,
  enough: (bytes: number) => boolean = () => false,
): Promise<Followed> {
  const positions = new Map(Object.entries(attached.offsets))
  const ended = new Set<StreamName>()
  let [bytes, gapBytes] = [0, 0]
  let exit: ExitRecord | undefined
  const done = (problem?: string, closed?: CloseReason): Followed => ({ problem, gapBytes, positions, exit, closed })
  for await (const event of events) {
    switch (event.type) {
      case 'data': {
        const { stream, offset } = event
        if (ended.has(stream) || exit) return done(`data of ${stream} after its end`)
        if (offset !== positions.get(stream)) return done(`data of ${stream} at ${offset} instead of ${positions.get(stream)}`)
        if (!expectedOf(stream)(offset, event.bytes)) return done(`other bytes of ${stream} at ${offset}`)
        positions.set(stream, offset + event.bytes.byteLength)
        bytes += event.bytes.byteLength
        break
      }
      case 'gap':
        if (event.from !== positions.get(event.stream)) return done(`a gap of ${event.stream} from ${event.from}`)
        positions.set(event.stream, event.to)
        gapBytes += event.to - event.from
        break
      case 'end':
        if (event.offset !== positions.get(event.stream)) return done(`the end of ${event.stream} at ${event.offset}`)
        ended.add(event.stream)
        break
      case 'exit':
        if (ended.size !== positions.size) return done('the exit before the end of every stream')
        exit = event.record
        break
      case 'size':
        break
      case 'closed':
        return done(undefined, event.reason)
    }
    if (enough(bytes)) return done()
  }
  return done('no reason for the end')
}

/** What is wrong with a session that was followed from its first byte to its end; undefined when nothing is. */
export function whatIsMissing(
  followed: Followed,
  expected: { readonly bytes: number; readonly code: number },
): string | undefined {
  const { problem, gapBytes, positions, exit, closed } = followed
  if (problem !== undefined) return problem
  const got = [...positions.values()].reduce((sum, position) => sum + position, 0)
  if (gapBytes > 0) return `a gap of ${gapBytes} bytes`
  if (got !== expected.bytes) return `${got} of ${expected.bytes} bytes`
  if (closed !== 'ended') return `closed: ${closed}`
  if (exit?.exit.code !== expected.code) return `exit ${JSON.stringify(exit?.exit)}, not ${expected.code}`
  return undefined
}
