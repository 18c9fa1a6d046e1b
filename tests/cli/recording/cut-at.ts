/** Bytes in pieces, cut at any places; the pieces may be empty. */
export function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...cuts.map((cut) => cut % (bytes.byteLength + 1)).sort((a, b) => a - b), bytes.byteLength]
  return places.map((place, index) => bytes.subarray(places[index - 1] ?? 0, place))
}

/** The pieces as they come from a file or a pipe. */
export async function* inPieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array, void, void> {
  yield* cutAt(bytes, cuts)
}
