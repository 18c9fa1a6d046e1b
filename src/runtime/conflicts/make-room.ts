/** Which kept things go so that there is room for another. Pure. */

/** A thing that is kept, as far as it matters for going. */
export interface Kept {
  readonly path: string
  /** Whether a person has yet to decide about it. */
  readonly isOpen: boolean
}

/**
 * Of `kept`, oldest first, those that go until there is room for one more: the oldest, but what waits for no decision before
 * what does, and never what is `spared` (a path), which is just being put back.
 */
export function keptTooMuch(kept: readonly Kept[], limit: number, spared: string | undefined): readonly string[] {
  const mayGo = kept.filter(({ path }) => path !== spared)
  const inOrder = [...mayGo.filter(({ isOpen }) => !isOpen), ...mayGo.filter(({ isOpen }) => isOpen)]
  return inOrder.slice(0, Math.max(0, kept.length - limit + 1)).map(({ path }) => path)
}
