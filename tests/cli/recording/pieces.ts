/** Text and bytes of all kinds, and how they come: for properties. */
import fc from 'fast-check'

/** Not fast-check's own strings of any character: to make those ready takes it two seconds. */
const PIECES = ['a', '\n', '\r\n', '"\\', 'é', '€', '😀', '\ufeff', '\u2028', '\u0000', '\x7f', '\x1b[31m', '\x1b]0;', '\ud800']

export const anyText = (maxLength = 8) => fc.array(fc.constantFrom(...PIECES), { maxLength }).map((pieces) => pieces.join(''))

/** Bytes in pieces, cut at any places; the pieces may be empty. */
export function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...cuts.map((cut) => cut % (bytes.byteLength + 1)).sort((a, b) => a - b), bytes.byteLength]
  return places.map((place, index) => bytes.subarray(places[index - 1] ?? 0, place))
}

/** The pieces as they come from a file or a pipe. */
export async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array, void, void> {
  yield* cutAt(bytes, cuts)
}
