/** A recording that is read while it is played: its header at once, its events as they are taken. */
import type { Size } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'
import { decodeHeader, EventDecoder, type ShownOutput } from './cast-decoder.js'
import { castLines } from './cast-lines.js'

export interface Recording {
  readonly size: Size
  /** In the order of their times. @throws PerchError `corrupt-recording` */
  readonly outputs: AsyncGenerator<ShownOutput, void, void>
}

/**
 * Reads the header.
 * @param name of what is read, for errors
 * @throws PerchError `not-a-recording`, `corrupt-recording`
 */
export async function readRecording(chunks: AsyncIterable<Uint8Array>, name: string): Promise<Recording> {
  const lines = castLines(chunks, name)
  const first = await lines.next()
  if (first.done) throw new PerchError('not-a-recording', `${name} is empty`, { hint: 'perch record export makes recordings.' })
  return { size: decodeHeader(first.value, name), outputs: outputsIn(lines, name) }
}

async function* outputsIn(lines: ReturnType<typeof castLines>, name: string): AsyncGenerator<ShownOutput, void, void> {
  const decoder = new EventDecoder(name)
  for await (const line of lines) {
    const output = decoder.push(line)
    if (output) yield output
  }
}
