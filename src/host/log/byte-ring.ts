/**
 * The last bytes of a stream in a fixed piece of memory, addressed by their absolute offset in the stream. It owns that
 * memory and gives out copies or short-lived views; what falls out of it is its owner's business.
 */

export class ByteRing {
  readonly capacity: number
  readonly #bytes: Buffer
  #end = 0

  /** Memory is only taken from the system as it is first written, so an idle ring costs nothing. */
  constructor(capacityBytes: number) {
    this.capacity = capacityBytes
    this.#bytes = Buffer.allocUnsafeSlow(capacityBytes)
  }

  /** Offset of the oldest byte held. */
  get start(): number {
    return Math.max(0, this.#end - this.capacity)
  }

  /** Offset after the newest byte. */
  get end(): number {
    return this.#end
  }

  /** Adds at most `capacity` bytes, dropping as many of the oldest as needed. Hot. */
  append(bytes: Uint8Array): void {
    if (bytes.byteLength > this.capacity) throw new RangeError('more bytes than the ring holds')
    const at = this.#end % this.capacity
    const room = this.capacity - at
    if (bytes.byteLength <= room) {
      this.#bytes.set(bytes, at)
    } else {
      this.#bytes.set(bytes.subarray(0, room), at)
      this.#bytes.set(bytes.subarray(room), 0)
    }
    this.#end += bytes.byteLength
  }

  /** Copies bytes from offset `from` on, as many as there are and fit; returns how many. Hot. */
  copy(from: number, into: Uint8Array): number {
    let copied = 0
    for (const view of this.views(from, Math.min(this.#end, from + into.byteLength))) {
      into.set(view, copied)
      copied += view.byteLength
    }
    return copied
  }

  /** The bytes from `from` to `to` as one view or two; valid until the next append. */
  views(from: number, to: number): readonly Uint8Array[] {
    if (from < this.start || to > this.#end) throw new RangeError('these bytes are not in the ring')
    if (from >= to) return []
    const at = from % this.capacity
    const length = to - from
    const room = this.capacity - at
    if (length <= room) return [this.#bytes.subarray(at, at + length)]
    return [this.#bytes.subarray(at), this.#bytes.subarray(0, length - room)]
  }
}
