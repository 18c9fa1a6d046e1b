/** The two ends of a pipe: ours and the child's, opened by path, so that each is an open file of its own. */
import { closeSync, constants, openSync } from 'node:fs'

export interface PipeEnds {
  /** Non-blocking. */
  readonly ours: number
  /** Blocking; to be closed here as soon as the child has it. */
  readonly theirs: number
}

export type PipeDirection = 'to-child' | 'from-child'

/**
 * Opens both ends of each pipe by its path. The flag O_NONBLOCK belongs to the open file, so each end is opened apart.
 * Closes again what it opened when one fails.
 */
export function openEnds(paths: readonly string[], directions: readonly PipeDirection[]): readonly PipeEnds[] {
  const opened: number[] = []
  const open = (path: string, flags: number) => {
    const fd = openSync(path, flags)
    opened.push(fd)
    return fd
  }
  try {
    return paths.map((path, index) => {
      // A FIFO refuses a non-blocking writer without a reader (ENXIO) and holds up a blocking end without the other one.
      const reader = open(path, constants.O_RDONLY | constants.O_NONBLOCK)
      if (directions[index] === 'from-child') return { ours: reader, theirs: open(path, constants.O_WRONLY) }
      const ours = open(path, constants.O_WRONLY | constants.O_NONBLOCK)
      const theirs = open(path, constants.O_RDONLY)
      closeSync(reader)
      opened.splice(opened.indexOf(reader), 1)
      return { ours, theirs }
    })
  } catch (error) {
    for (const fd of opened) closeSync(fd)
    throw error
  }
}
