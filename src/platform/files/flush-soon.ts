/** Brings a file that was just written to the disk without anybody waiting for it. */
import { close, fsync, open } from 'node:fs'

/**
 * Begins to. Until it is done a power cut may take the new file along, as it may any file that a client has just written; a
 * file that cannot be opened or flushed is as safe as the file system makes it.
 */
export function flushSoon(path: string): void {
  open(path, 'r', (failed, fd) => {
    if (failed) return
    fsync(fd, () => close(fd))
  })
}
