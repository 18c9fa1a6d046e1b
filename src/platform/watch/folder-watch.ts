/**
 * Watching one folder for changes of its entries, not of what lies below them. A watch on a file, or a recursive one, goes
 * blind after the first atomic rename on Linux; one on the folder does not. What is told is a hint: nothing may depend on
 * hearing every change.
 */
import { type FSWatcher, statSync, watch } from 'node:fs'
import { basename } from 'node:path'

export interface FolderListener {
  /** Something about the entry with this name changed; null when it cannot be told which. */
  readonly onChange: (name: string | null) => void
  /** The folder itself is gone or another one has its name: nothing more is told. */
  readonly onGone: () => void
}

export interface FolderWatch {
  close(): void
}

/** Starts to watch; the signature of `watchFolder`, so that a test may refuse. */
export type WatchFolder = (path: string, listener: FolderListener) => FolderWatch

/**
 * Watches the folder at `path`, following a link there.
 * @throws the system error: `ENOSPC` and `EMFILE` when the system has no watches left, `ENOENT` when there is no such folder
 */
export const watchFolder: WatchFolder = (path, { onChange, onGone }) => {
  const inode = statSync(path).ino
  const watcher: FSWatcher = watch(path)
  let isOpen = true
  const close = () => {
    isOpen = false
    watcher.close()
  }
  const gone = () => {
    if (!isOpen) return
    close()
    onGone()
  }
  watcher.on('change', (event, name) => {
    if (!isOpen) return
    const text = name === null ? null : String(name)
    // The folder's own end is told under its own name, like that of an entry which happens to be called the same.
    if (event === 'rename' && text === basename(path) && !isStill(path, inode)) gone()
    else onChange(text)
  })
  watcher.on('error', gone)
  return { close }
}

function isStill(path: string, inode: number): boolean {
  return statSync(path, { throwIfNoEntry: false })?.ino === inode
}
