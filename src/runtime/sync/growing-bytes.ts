/**
 * Bytes that are put together from pieces, in memory that is used again: fresh memory of some megabytes costs several times
 * what is then written into it (measured: 11 ms against 1 ms for 4 MB).
 */

const FIRST_BYTES = 64 * 1024

/** More than this is not kept for the next use: room for the largest document that is merged live. */
const KEPT_BYTES = 32 * 1024 * 1024

/** A string of UTF-16 becomes at most so many bytes of UTF-8. */
const BYTES_PER_UNIT = 3

export class GrowingBytes {
  #memory = Buffer.allocUnsafe(FIRST_BYTES)
  #length = 0

  /** What was put in since `clear`; only until it is used again. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length)
  }

  clear(): void {
    if (this.#memory.length > KEPT_BYTES) this.free()
    this.#length = 0
  }

  /** Gives the memory back. */
  free(): void {
    this.#memory = Buffer.allocUnsafe(FIRST_BYTES)
    this.#length = 0
  }

  text(text: string): void {
    this.#reserve(text.length * BYTES_PER_UNIT)
    this.#length += this.#memory.write(text, this.#length)
  }

  piece(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#memory.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Room for `count` bytes that the caller fills in; `take` says how many it did. */
  room(count: number): Buffer {
    this.#reserve(count)
    return this.#memory.subarray(this.#length)
  }

  take(count: number): void {
    this.#length += count
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#memory.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#memory.length * 2, this.#length + count))
    larger.set(this.bytes)
    this.#memory = larger
  }
}
