/** What a process remembers of its passes over documents: what they saw when there was nothing to do, and since when a file is gone. */

export class PassMemory {
  /** By a document that the pass saw, so that nothing is held here that is forgotten elsewhere. */
  readonly #settled = new WeakMap<object, Map<string, readonly unknown[]>>()
  readonly #missingSinceMs = new Map<string, number>()

  /** Whether the last pass over `replica` found nothing to do, and saw exactly this and `seen`. */
  isSettled(replica: string, document: object, seen: readonly unknown[]): boolean {
    const before = this.#settled.get(document)?.get(replica)
    return before?.length === seen.length && before.every((value, at) => value === seen[at])
  }

  settle(replica: string, document: object, seen: readonly unknown[]): void {
    const passes = this.#settled.get(document) ?? new Map<string, readonly unknown[]>()
    this.#settled.set(document, passes.set(replica, seen))
  }

  /** How long the file at `path`, which is absent now, has been so, as far as this process knows. */
  missingForMs(path: string): number {
    const since = this.#missingSinceMs.get(path) ?? performance.now()
    this.#missingSinceMs.set(path, since)
    return performance.now() - since
  }

  isThere(path: string): void {
    this.#missingSinceMs.delete(path)
  }
}
