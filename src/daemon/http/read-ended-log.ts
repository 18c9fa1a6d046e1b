/** The log of an ended session as one stretch of bytes, read from its folder. */
import type { StreamExtent } from '../../api/session.js'
import { OFFSET_HEADER } from '../../api/version.js'
import { type EndedLog, openEndedLog } from '../../host/log/ended-log.js'
import { PerchError } from '../../platform/perch-error.js'
import type { ByteReply } from './http-reply.js'
import { wholeNumber } from './whole-number.js'

const PIECE_BYTES = 256 * 1024

/**
 * The bytes from the asked offset, or of the last lines, to the end. What is not held any more is left out at the front,
 * which the reply's offset tells.
 * @throws PerchError `stream-unavailable`, `bad-request`
 */
export async function readEndedLog(
  folder: string,
  recorded: Readonly<Record<string, StreamExtent>>,
  query: URLSearchParams,
): Promise<ByteReply> {
  const log = await openEndedLog(folder)
  const stream = query.get('stream') ?? ''
  // The name is anything that was asked for, `constructor` too.
  const extent = [log.extents, recorded].find((extents) => Object.hasOwn(extents, stream))?.[stream]
  if (!extent) {
    const held = [...new Set([...Object.keys(recorded), ...Object.keys(log.extents)])].join(', ') || 'none'
    throw new PerchError('stream-unavailable', `the session has no stream ${JSON.stringify(stream)}`, {
      hint: `It has: ${held}.`,
    })
  }
  const offset = Math.min(Math.max(await asked(log, stream, query), extent.start), extent.end)
  return {
    headers: { 'content-length': extent.end - offset, [OFFSET_HEADER]: offset },
    bytes: pieces(log, stream, offset, extent.end),
  }
}

async function asked(log: EndedLog, stream: string, query: URLSearchParams): Promise<number> {
  const tail = query.get('tail')
  if (tail !== null) return log.lastLinesStart(stream, wholeNumber('tail', tail))
  return wholeNumber('from', query.get('from') ?? '0')
}

async function* pieces(log: EndedLog, stream: string, from: number, end: number): AsyncGenerator<Buffer, void, void> {
  for (let at = from; at < end; ) {
    const read = await log.read(stream, at, Math.min(PIECE_BYTES, end - at))
    // A length was announced: a hole, which only somebody else's hand can have made, breaks the reply off.
    if (read.kind !== 'data') throw new PerchError('corrupt-session', `the log of ${stream} has a hole at ${at}`)
    yield read.bytes
    at += read.bytes.byteLength
  }
}
