/** Newline-delimited JSON as events. A line that is cut off by the end of the stream is left out: it is asked for again. */
import * as v from 'valibot'
import { EventGap, type EventLine, PerchEvent } from '../api/event.js'
import { PerchError } from '../platform/perch-error.js'

/** The longest events carry the message of an error; more than this is no event. */
const LINE_LIMIT_BYTES = 1024 * 1024
const NEWLINE = 0x0a

/** @throws PerchError `version-mismatch` for a line that is no event */
export async function* eventLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<EventLine, void, void> {
  let rest = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const held = Buffer.concat([rest, chunk])
    const end = held.lastIndexOf(NEWLINE) + 1
    rest = held.subarray(end)
    if (rest.byteLength > LINE_LIMIT_BYTES) throw notUnderstood()
    for (const line of held.toString('utf8', 0, end).split('\n')) if (line !== '') yield parseLine(line)
  }
}

function parseLine(line: string): EventLine {
  const value = parseJson(line)
  const gap = v.safeParse(EventGap, value)
  if (gap.success) return gap.output
  const event = v.safeParse(PerchEvent, value)
  if (event.success) return event.output
  throw notUnderstood()
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw notUnderstood()
  }
}

function notUnderstood(): PerchError {
  return new PerchError('version-mismatch', 'the running daemon sends events that this perch does not understand', {
    hint: 'Run: perch daemon restart (sessions go on).',
  })
}
