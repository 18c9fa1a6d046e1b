/** A second, independent opening of a pipe or terminal that this process shares with others. */
import { constants, openSync } from 'node:fs'

/**
 * The pipe opened anew and non-blocking, or undefined where the system cannot do that. Making the inherited one
 * non-blocking would do so for every program that shares it: they then fail with EAGAIN (a known trap of Node's streams).
 */
export function reopenNonBlocking(fd: number, direction: 'read' | 'write'): number | undefined {
  // Elsewhere /dev/fd gives the same opening again.
  if (process.platform !== 'linux') return undefined
  try {
    return openSync(
      `/proc/self/fd/${fd}`,
      (direction === 'read' ? constants.O_RDONLY : constants.O_WRONLY) | constants.O_NONBLOCK,
    )
  } catch {
    // EACCES: made by another user. ENXIO: nobody reads it, which the first write on the original tells as EPIPE.
    return undefined
  }
}
