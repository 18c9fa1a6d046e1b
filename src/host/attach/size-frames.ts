/**
 * Tells a client the sizes of the session's terminal, with one frame under way at a time: of sizes that change faster than
 * the client reads it gets the last one, and a client that never reads costs no more than that.
 */
import { encodeJsonFrame, FRAME } from '../../api/frames.js'
import type { FrameSink } from './output-pump.js'

/** Returns the way to tell the client a size. */
export function sizeFrames(sink: FrameSink): (size: unknown) => void {
  let isUnderWay = false
  let next: { readonly size: unknown } | undefined
  const send = (size: unknown) => {
    isUnderWay = true
    sink.write(encodeJsonFrame(FRAME.size, size), (error) => {
      isUnderWay = false
      const latest = next
      next = undefined
      if (latest && !error) send(latest.size)
    })
  }
  return (size) => {
    if (isUnderWay) next = { size }
    else send(size)
  }
}
