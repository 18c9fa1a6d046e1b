/** The lines of a recording, numbered from 1, read in bounded memory. */
import { PerchError } from '../../platform/perch-error.js'

export interface CastLine {
  readonly number: number
  readonly text: string
}

/** An event of this size is a screen many times over; what has longer lines is something else. */
export const LINE_LIMIT_BYTES = 16 * 1024 * 1024
const LINE_FEED = 0x0a

/**
 * Line ends of either kind are taken off; a last line may lack its own.
 * @param name of what is read, for the error
 * @throws PerchError `corrupt-recording`
 */
export async function* castLines(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<CastLine, void, void> {
  let number = 1
  let begun: Uint8Array[] = []
  let begunBytes = 0
  const add = (bytes: Uint8Array) => {
    begunBytes += bytes.byteLength
    if (begunBytes > LINE_LIMIT_BYTES) {
      throw new PerchError('corrupt-recording', `line ${number} of ${name} is longer than ${LINE_LIMIT_BYTES / 1024 ** 2} MiB`, {
        hint: 'No recording has such lines.',
      })
    }
    begun.push(bytes)
  }
  const take = (): CastLine => {
    const text = Buffer.concat(begun).toString('utf8')
    begun = []
    begunBytes = 0
    return { number: number++, text: text.endsWith('\r') ? text.slice(0, -1) : text }
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      add(chunk.subarray(from, end))
      yield take()
      from = end + 1
    }
    if (from < chunk.byteLength) add(chunk.subarray(from))
  }
  if (begunBytes > 0) yield take()
}
