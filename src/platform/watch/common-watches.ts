/** One watch for each folder, however many listen: the shared home is of interest to every profile. */
import { type FolderListener, type FolderWatch, type WatchFolder, watchFolder } from './folder-watch.js'

export class CommonWatches {
  readonly #watch: WatchFolder
  readonly #folders = new Map<string, { readonly watch: FolderWatch; readonly listeners: Set<FolderListener> }>()

  constructor(watch: WatchFolder = watchFolder) {
    this.#watch = watch
  }

  /** Listens to the folder until the watch is closed. @throws as `watchFolder` */
  watch(path: string, listener: FolderListener): FolderWatch {
    const folder = this.#folders.get(path) ?? this.#open(path)
    folder.listeners.add(listener)
    return {
      close: () => {
        if (!folder.listeners.delete(listener) || folder.listeners.size > 0) return
        folder.watch.close()
        if (this.#folders.get(path) === folder) this.#folders.delete(path)
      },
    }
  }

  #open(path: string) {
    const listeners = new Set<FolderListener>()
    const watch = this.#watch(path, {
      onChange: (name) => {
        for (const { onChange } of listeners) onChange(name)
      },
      onGone: () => {
        this.#folders.delete(path)
        for (const { onGone } of [...listeners]) onGone()
      },
    })
    const folder = { watch, listeners }
    this.#folders.set(path, folder)
    return folder
  }
}
