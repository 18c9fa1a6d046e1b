/** The lines of a file of any size, one after the other, in bounded memory. */
import { createReadStream } from 'node:fs'

const PIECE_BYTES = 256 * 1024
const NEWLINE = 0x0a

/** Whole lines; undefined in the place of one that is longer than `limitBytes`. @throws the system error */
export async function* readLines(path: string, limitBytes: number): AsyncGenerator<Buffer | undefined, void, void> {
  let pieces: Buffer[] = []
  let length = 0
  let isTooLong = false
  const add = (piece: Buffer) => {
    length += piece.byteLength
    if (length > limitBytes) {
      isTooLong = true
      pieces = []
    } else pieces.push(piece)
  }
  const taken = () => {
    const line = isTooLong ? undefined : pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)
    pieces = []
    length = 0
    isTooLong = false
    return line
  }
  for await (const chunk of createReadStream(path, { highWaterMark: PIECE_BYTES })) {
    const bytes: Buffer = chunk
    let from = 0
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
      add(bytes.subarray(from, end))
      yield taken()
      from = end + 1
    }
    if (from < bytes.byteLength) add(bytes.subarray(from))
  }
  if (length > 0) yield taken()
}
