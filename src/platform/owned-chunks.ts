/**
 * What a socket or terminal brings, handed on in the very call in which it was read. Node's readable streams do the same by
 * way of a queue and several calls, half of what a single key costs to read. Each chunk belongs to whoever takes it.
 */
import type { OnReadOpts } from 'node:net'

/** As Node reads without being told. */
const READ_BYTES = 64 * 1024
/** A smaller chunk is copied, a larger one takes the buffer along: what waits holds at most four times its size. */
const COPIED_BYTES = 16 * 1024

/** The `onread` option of a socket. A stream made with it emits no `data`; `end`, `pause` and `resume` are as ever. Hot. */
export function ownedChunks(take: (chunk: Buffer) => void): OnReadOpts {
  let buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  return {
    buffer: () => buffer,
    callback: (length) => {
      const chunk = buffer.subarray(0, length)
      if (length <= COPIED_BYTES) {
        take(Buffer.from(chunk))
      } else {
        buffer = Buffer.allocUnsafeSlow(READ_BYTES)
        take(chunk)
      }
      return true
    },
  }
}
