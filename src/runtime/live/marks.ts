/** What of a live runtime may have changed and has to be looked at. Data; who looks is `live-runtime.ts`. */

export type Mark =
  | { readonly kind: 'login' }
  /** A document, by its name. */
  | { readonly kind: 'document'; readonly name: string }
  /** An entry at the top level, by its name. */
  | { readonly kind: 'entry'; readonly name: string }
  /** A folder below the top level, by its path from there; copy mode only. */
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'everything' }

/** Everything of one sort, or just these. */
export type Some = 'all' | ReadonlySet<string>

export class Marks {
  #login = false
  #documents: Set<string> | 'all' = new Set()
  #entries: Set<string> | 'all' = new Set()
  #folders: Set<string> | 'all' = new Set()

  get hasLogin(): boolean {
    return this.#login
  }

  /** Whether a document or a top-level entry is marked. */
  get hasTop(): boolean {
    return !isNone(this.#documents) || !isNone(this.#entries)
  }

  get hasFolders(): boolean {
    return !isNone(this.#folders)
  }

  add(mark: Mark): void {
    switch (mark.kind) {
      case 'login':
        this.#login = true
        return
      case 'document':
        if (this.#documents !== 'all') this.#documents.add(mark.name)
        return
      case 'entry':
        if (this.#entries !== 'all') this.#entries.add(mark.name)
        return
      case 'folder':
        if (this.#folders !== 'all') this.#folders.add(mark.path)
        return
      case 'everything':
        this.#login = true
        this.#documents = 'all'
        this.#entries = 'all'
        this.#folders = 'all'
    }
  }

  /** Takes the mark of the login off. */
  takeLogin(): boolean {
    const was = this.#login
    this.#login = false
    return was
  }

  /** Takes the marks of documents and top-level entries off. */
  takeTop(): { readonly documents: Some; readonly entries: Some } {
    const taken = { documents: this.#documents, entries: this.#entries }
    this.#documents = new Set()
    this.#entries = new Set()
    return taken
  }

  /** Takes the marks of what lies below the top level off. */
  takeFolders(): Some {
    const taken = this.#folders
    this.#folders = new Set()
    return taken
  }
}

/** Whether there is nothing in it. */
export function isNone(some: Some): boolean {
  return some !== 'all' && some.size === 0
}

/** Whether the name is in it. */
export function includes(some: Some, name: string): boolean {
  return some === 'all' || some.has(name)
}
