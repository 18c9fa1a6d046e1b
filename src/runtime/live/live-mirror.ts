/** The copies of one runtime that stands: which folders of theirs are watched, and the context that their passes share. */
import type { RuntimeContext } from '../runtime-context.js'
import { foldersOf, mirroredPlaces } from './mirrored-places.js'
import type { WatchedPlace } from './watched-places.js'

export interface LiveMirrorOptions {
  readonly isWatched: (path: string) => boolean
  /** Watches `places` beside everything else, from now on. */
  readonly watch: (context: RuntimeContext) => void
}

export class LiveMirror {
  readonly #options: LiveMirrorOptions
  #places: readonly WatchedPlace[] = []
  readonly #passedOver = new Set<string>()
  #context: RuntimeContext | undefined

  constructor(options: LiveMirrorOptions) {
    this.#options = options
  }

  get places(): readonly WatchedPlace[] {
    return this.#places
  }

  /** The same as long as it is for the same folders: what the mirror has said once, and waits for, it keeps with its context. */
  contextFor(opened: RuntimeContext): RuntimeContext {
    const { sharedHome, folders, linkMode } = this.#context ?? {}
    if (sharedHome !== opened.sharedHome || folders?.root !== opened.folders.root || linkMode !== opened.linkMode) {
      this.#context = opened
    }
    return this.#context ?? opened
  }

  /** Watches every folder that copies are in. */
  async watchAll(context: RuntimeContext): Promise<void> {
    this.#places = await mirroredPlaces(context)
    this.#options.watch(context)
    this.#passedOver.clear()
  }

  /** Watches folders that have come into those that changed; whether any has. What came into one meanwhile was told to nobody. */
  async watchNew(context: RuntimeContext, changed: ReadonlySet<string>): Promise<boolean> {
    const isNew = (path: string) => !this.#options.isWatched(path) && !this.#passedOver.has(path)
    const found = foldersOf(context, changed).filter(isNew)
    if (found.length === 0) return false
    await this.watchAll(context)
    const left = found.filter(isNew)
    // Only one side has it, or it is no business of the mirror: it is not looked for again at every change beside it.
    for (const path of left) this.#passedOver.add(path)
    return left.length < found.length
  }
}
