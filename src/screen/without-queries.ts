/** Output without the questions in it, for a terminal that must not answer them: somebody has, when they were asked. */
import { isQuery } from './queries.js'
import { SequenceScanner } from './sequence-scanner.js'

export class WithoutQueries {
  /** The beginning of a sequence that may be a question. */
  #held: Uint8Array = new Uint8Array(0)
  readonly #questions: { readonly from: number; readonly to: number }[] = []
  readonly #scanner = new SequenceScanner((kind, bytes, end) => {
    if (isQuery(kind, bytes)) this.#questions.push({ from: end - bytes.byteLength, to: end })
  })

  /** What of the bytes so far can be shown by now. */
  push(chunk: Uint8Array): Uint8Array {
    const before = this.#held.byteLength
    this.#scanner.push(chunk)
    const all = before === 0 ? chunk : Buffer.concat([this.#held, chunk])
    const end = all.byteLength - this.#scanner.pendingBytes
    this.#held = Uint8Array.prototype.slice.call(all, end)
    const kept: Uint8Array[] = []
    let at = 0
    for (const { from, to } of this.#questions.splice(0)) {
      kept.push(all.subarray(at, before + from))
      at = before + to
    }
    kept.push(all.subarray(at, end))
    return kept.length === 1 && kept[0] ? kept[0] : Buffer.concat(kept)
  }

  /** What is held back, when no question is to be left out any more. */
  rest(): Uint8Array {
    const rest = this.#held
    this.#held = new Uint8Array(0)
    return rest
  }
}
