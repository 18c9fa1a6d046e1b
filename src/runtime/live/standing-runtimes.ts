/**
 * Finds the runtimes that stand: those of an earlier daemon, and those that a program which embeds perch has built. Tells of
 * each as often as it is seen.
 */
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { PerchPaths } from '../../platform/paths.js'
import { errnoOf } from '../../platform/perch-error.js'
import type { CommonWatches } from '../../platform/watch/common-watches.js'
import type { FolderWatch } from '../../platform/watch/folder-watch.js'
import { profileFolders } from '../../profiles/profile-definition.js'
import { profilesFolder, storedNames } from '../../profiles/store.js'

export interface StandingRuntimesOptions {
  readonly paths: PerchPaths
  readonly watches: CommonWatches
  readonly onStanding: (profile: string) => void
}

export class StandingRuntimes {
  readonly #options: StandingRuntimesOptions
  readonly #watched = new Map<string, FolderWatch>()

  constructor(options: StandingRuntimesOptions) {
    this.#options = options
  }

  /** Looks at every profile, and watches for what comes. */
  look(): void {
    const { paths, onStanding } = this.#options
    this.#watch(profilesFolder(paths), () => this.look())
    for (const name of storedNames(paths)) {
      const { root, runtime } = profileFolders(paths, name)
      if (!existsSync(root)) continue
      const tell = () => {
        if (existsSync(runtime)) onStanding(name)
      }
      this.#watch(root, (changed) => {
        if (changed === null || changed === basename(runtime)) tell()
      })
      tell()
    }
  }

  close(): void {
    for (const watch of this.#watched.values()) watch.close()
    this.#watched.clear()
  }

  /** Where there are no watches left, looking again has to do. */
  #watch(path: string, onChange: (name: string | null) => void): void {
    if (this.#watched.has(path)) return
    try {
      const watch = this.#options.watches.watch(path, { onChange, onGone: () => void this.#watched.delete(path) })
      this.#watched.set(path, watch)
    } catch (error) {
      if (!['ENOENT', 'ENOSPC', 'EMFILE'].includes(errnoOf(error) ?? '')) throw error
    }
  }
}
