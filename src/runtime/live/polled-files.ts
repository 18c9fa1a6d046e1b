/** What a login and the documents of a runtime looked like, to find out what changed where no event tells. */
import { lstatSync, statSync } from 'node:fs'
import { livePath } from '../credentials/credential-file.js'
import { documentPlaces } from '../document-place.js'
import type { RuntimeContext } from '../runtime-context.js'
import type { Mark } from './marks.js'
import { statText } from './stat-text.js'

export class PolledFiles {
  readonly #seen = new Map<string, string>()

  /** Remembers what there is. */
  see(context: RuntimeContext): void {
    this.changes(context)
  }

  /** What to look at because it is not what it was; remembers what there is. */
  changes(context: RuntimeContext): readonly Mark[] {
    const login = this.#hasChanged(livePath(context), lstatSync)
    const documents = documentPlaces(context).filter((place) => {
      const paths = place.shared === null ? [place.replica] : [place.replica, place.shared]
      // All of them are asked: each remembers what it is now.
      return paths.map((path) => this.#hasChanged(path, statSync)).includes(true)
    })
    const marks = documents.map(({ definition: { name } }): Mark => ({ kind: 'document', name }))
    return login ? [{ kind: 'login' }, ...marks] : marks
  }

  #hasChanged(path: string, stat: typeof statSync | typeof lstatSync): boolean {
    const now = statText(path, stat)
    const before = this.#seen.get(path)
    this.#seen.set(path, now)
    return before !== undefined && before !== now
  }
}
