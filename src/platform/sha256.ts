/**
 * SHA-256 (FIPS 180-4) of short texts and files. Loading `node:crypto` costs a process about as much as a fifth of its whole
 * start (measured), and a shim's start has not more than that. Not for much data: Node's own is far faster then. Pure.
 */

const BLOCK_BYTES = 64
/** At the end of the last block stands the length in bits. */
const LENGTH_BYTES = 8

/** The first 32 bits of the fractional parts of the square roots of the first 8 primes, and of the cube roots of the first 64. */
const [START, ROUNDS] = constants()

/** The digest as 64 hexadecimal digits; text is hashed as UTF-8. */
export function sha256Hex(data: string | Uint8Array): string {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data
  const padded = withPadding(bytes)
  const state = Uint32Array.from(START)
  const words = new Uint32Array(ROUNDS.length)
  for (let at = 0; at < padded.byteLength; at += BLOCK_BYTES) mixBlock(state, words, padded, at)
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('')
}

function withPadding(bytes: Uint8Array): DataView {
  const blocks = Math.ceil((bytes.byteLength + 1 + LENGTH_BYTES) / BLOCK_BYTES)
  const padded = new Uint8Array(blocks * BLOCK_BYTES)
  padded.set(bytes)
  padded[bytes.byteLength] = 0x80
  const view = new DataView(padded.buffer)
  view.setBigUint64(padded.byteLength - LENGTH_BYTES, BigInt(bytes.byteLength) * 8n)
  return view
}

function mixBlock(state: Uint32Array, words: Uint32Array, block: DataView, at: number): void {
  for (let i = 0; i < 16; i++) words[i] = block.getUint32(at + 4 * i)
  for (let i = 16; i < words.length; i++) {
    const [w15, w2] = [word(words, i - 15), word(words, i - 2)]
    const s0 = rotated(w15, 7) ^ rotated(w15, 18) ^ (w15 >>> 3)
    const s1 = rotated(w2, 17) ^ rotated(w2, 19) ^ (w2 >>> 10)
    words[i] = word(words, i - 16) + s0 + word(words, i - 7) + s1
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < words.length; i++) {
    const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + word(ROUNDS, i) + word(words, i)) | 0
    const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0]
  }
  for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) state[i] = word(state, i) + value
}

function word(words: Uint32Array, index: number): number {
  return words[index] ?? 0
}

function rotated(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits))
}

function constants(): readonly [start: Uint32Array, rounds: Uint32Array] {
  const primes: number[] = []
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  const fraction = (root: number) => Math.floor((root - Math.floor(root)) * 2 ** 32)
  return [
    Uint32Array.from(primes.slice(0, 8), (n) => fraction(Math.sqrt(n))),
    Uint32Array.from(primes, (n) => fraction(Math.cbrt(n))),
  ]
}
