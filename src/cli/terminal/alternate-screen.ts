/**
 * Whether what was written so far left a terminal on its alternate screen. Pure; hot: a chunk costs a few native searches.
 * Only what passed here counts, since that is what the outer terminal was told.
 */

/** DEC private modes 47, 1047 and 1049 (xterm control sequences, "Functions using CSI … h"), set and reset. */
const SEQUENCES = ['47', '1047', '1049'].flatMap((mode) => [
  { bytes: Buffer.from(`\x1b[?${mode}h`), isOn: true },
  { bytes: Buffer.from(`\x1b[?${mode}l`), isOn: false },
])

/** What each of them begins with, and none has inside. */
const ESC = 0x1b

/** A sequence may be split over chunks: from an ESC among the last so many bytes on, a chunk is looked at again. */
const OVERLAP_BYTES = Math.max(...SEQUENCES.map(({ bytes }) => bytes.byteLength)) - 1

const NOTHING = Buffer.alloc(0)

export class AlternateScreenTracker {
  #isOn = false
  #tail = NOTHING

  get isOn(): boolean {
    return this.#isOn
  }

  write(chunk: Uint8Array): void {
    // Plain text, which a flood mostly is, costs one search.
    if (this.#tail.byteLength === 0 && !chunk.includes(ESC)) return
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (this.#tail.byteLength > 0) this.#look(Buffer.concat([this.#tail, bytes.subarray(0, OVERLAP_BYTES)]))
    this.#look(bytes)
    const end = bytes.byteLength >= OVERLAP_BYTES ? bytes : Buffer.concat([this.#tail, bytes])
    const last = end.subarray(Math.max(0, end.byteLength - OVERLAP_BYTES))
    const begun = last.lastIndexOf(ESC)
    this.#tail = begun === -1 ? NOTHING : Buffer.from(last.subarray(begun))
  }

  #look(bytes: Buffer): void {
    let latest = -1
    for (const { bytes: sequence, isOn } of SEQUENCES) {
      const at = bytes.lastIndexOf(sequence)
      if (at <= latest) continue
      latest = at
      this.#isOn = isOn
    }
  }
}
