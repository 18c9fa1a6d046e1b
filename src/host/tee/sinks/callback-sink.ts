/** A tee into a function of the embedding program. While its promise is pending it gets nothing more; a throw ends the tee. */
import type { TeePiece, TeeSink } from '../tee-sink.js'

export type TeeCallback = (piece: TeePiece) => unknown

/** `callback` gets each piece with bytes of its own. What it returns is awaited when it is a promise, of whatever make. */
export function callbackSink(callback: TeeCallback): TeeSink {
  let isClosed = false
  const give = <T>(piece: TeePiece, result: T): T | Promise<T> => {
    if (isClosed) return result
    const pending = callback(piece)
    return isThenable(pending) ? Promise.resolve(pending).then(() => result) : result
  }
  return {
    kind: 'callback',
    write: (offset, bytes) => give({ type: 'data', offset, bytes: Uint8Array.from(bytes) }, bytes.byteLength),
    missed: (from, to) => give({ type: 'missed', from, to }, undefined),
    finish: () => {},
    close: () => {
      isClosed = true
    },
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
