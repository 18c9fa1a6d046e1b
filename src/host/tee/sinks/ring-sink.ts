/**
 * A tee that keeps the last bytes of a stream in memory, a given number of them at most. Whoever reads it takes nothing out;
 * it stays readable after the session's end.
 */
import { ByteRing } from '../../log/byte-ring.js'
import type { LostBytes, TeePiece, TeeSink } from '../tee-sink.js'

/** Bytes are missing before the byte that is at this place of the ring. */
interface Mark extends LostBytes {
  readonly at: number
}

export class RingSink implements TeeSink {
  readonly kind = 'ring'
  readonly #ring: ByteRing
  readonly #marks: Mark[] = []
  /** Offset in the stream after the newest byte. */
  #end = 0

  constructor(capacityBytes: number) {
    this.#ring = new ByteRing(capacityBytes)
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.#ring.end - this.#ring.start
  }

  write(offset: number, bytes: Uint8Array): number {
    for (let at = 0; at < bytes.byteLength; at += this.#ring.capacity) {
      this.#ring.append(bytes.subarray(at, at + this.#ring.capacity))
    }
    this.#end = offset + bytes.byteLength
    while (this.#marks[0] && this.#marks[0].at < this.#ring.start) this.#marks.shift()
    return bytes.byteLength
  }

  missed(from: number, to: number): void {
    const last = this.#marks.at(-1)
    const continues = last?.at === this.#ring.end && last.to === from
    if (continues) this.#marks.pop()
    this.#marks.push({ at: this.#ring.end, from: continues ? last.from : from, to })
    this.#end = to
  }

  finish(): void {}

  close(lost?: LostBytes): void {
    if (lost) this.missed(lost.from, lost.to)
  }

  /** What it holds, oldest first, as copies. */
  read(): readonly TeePiece[] {
    const pieces: TeePiece[] = []
    let to = this.#ring.end
    let offset = this.#end
    const data = (from: number) => {
      if (from < to) pieces.push({ type: 'data', offset: offset - (to - from), bytes: this.#copy(from, to) })
      offset -= to - from
      to = from
    }
    for (const mark of this.#marks.toReversed()) {
      data(mark.at)
      pieces.push({ type: 'missed', from: mark.from, to: mark.to })
      offset = mark.from
    }
    data(this.#ring.start)
    return pieces.reverse()
  }

  #copy(from: number, to: number): Uint8Array {
    const bytes = new Uint8Array(to - from)
    this.#ring.copy(from, bytes)
    return bytes
  }
}
