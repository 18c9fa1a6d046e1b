/**
 * The watches of one live runtime: armed before its first lease, and armed again when a folder is replaced or a document
 * begins to link elsewhere. Where the system grants no watch this says so, and somebody polls instead.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { isOwnWrite } from '../../platform/files/own-writes.js'
import { errnoOf, messageOf } from '../../platform/perch-error.js'
import type { CommonWatches } from '../../platform/watch/common-watches.js'
import type { FolderWatch } from '../../platform/watch/folder-watch.js'
import type { Mark } from './marks.js'
import type { WatchedPlace } from './watched-places.js'

interface Armed {
  readonly watch: FolderWatch
  readonly inode: number
  /** Replaced at each arming: what an entry means depends on the profile as it is now. */
  markers: readonly WatchedPlace['markFor'][]
}

export interface RuntimeWatchesOptions {
  readonly watches: CommonWatches
  readonly onMark: (mark: Mark) => void
}

export class RuntimeWatches {
  readonly #options: RuntimeWatchesOptions
  readonly #armed = new Map<string, Armed>()
  #problem: string | null = null

  constructor(options: RuntimeWatchesOptions) {
    this.#options = options
  }

  /** Why not everything can be watched; null when it is. */
  get problem(): string | null {
    return this.#problem
  }

  get folders(): number {
    return this.#armed.size
  }

  isWatched(path: string): boolean {
    return this.#armed.has(path)
  }

  /** Watches these places and no others; those that are watched already stay so. Tries again what was refused before. */
  arm(places: readonly WatchedPlace[]): void {
    this.#problem = null
    const wanted = new Map<string, WatchedPlace['markFor'][]>()
    for (const { path, markFor } of places) wanted.set(path, [...(wanted.get(path) ?? []), markFor])
    for (const [path, armed] of this.#armed) if (!wanted.has(path) || inodeAt(path) !== armed.inode) this.#disarm(path)
    for (const [path, markers] of wanted) this.#armOne(path, markers)
  }

  close(): void {
    for (const path of [...this.#armed.keys()]) this.#disarm(path)
  }

  #armOne(path: string, markers: readonly WatchedPlace['markFor'][]): void {
    const armed = this.#armed.get(path)
    if (armed) {
      armed.markers = markers
      return
    }
    try {
      const inode = statSync(path).ino
      const watch = this.#options.watches.watch(path, {
        onChange: (name) => this.#changed(path, name),
        onGone: () => {
          this.#armed.delete(path)
          this.#options.onMark({ kind: 'everything' })
        },
      })
      this.#armed.set(path, { watch, inode, markers })
    } catch (error) {
      // A folder that is not there yet appears in one that is watched, or is found by the slow pass.
      if (errnoOf(error) !== 'ENOENT') this.#problem = `${path} cannot be watched: ${messageOf(error)}`
    }
  }

  #changed(path: string, name: string | null): void {
    if (name === null) {
      this.#options.onMark({ kind: 'everything' })
      return
    }
    const marks = (this.#armed.get(path)?.markers ?? []).flatMap((markFor) => markFor(name) ?? [])
    if (marks.length === 0 || isOwnWrite(join(path, name))) return
    for (const mark of marks) this.#options.onMark(mark)
  }

  #disarm(path: string): void {
    this.#armed.get(path)?.watch.close()
    this.#armed.delete(path)
  }
}

function inodeAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino
}
