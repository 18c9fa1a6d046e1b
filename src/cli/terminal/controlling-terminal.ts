/** The terminal that controls this process, whatever its standard streams are. */
import { closeSync, constants, openSync } from 'node:fs'
import { WriteStream } from 'node:tty'
import type { Size } from '../../api/session.js'
import { errnoOf, PerchError } from '../../platform/perch-error.js'
import { sizeInRange } from '../values/size.js'

/**
 * A new descriptor of it, for both directions; the caller closes it.
 * @throws PerchError `no-terminal`
 */
export function openTerminal(): number {
  try {
    return openSync('/dev/tty', constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
  } catch (cause) {
    throw new PerchError('no-terminal', `there is no terminal to show a session on (${errnoOf(cause) ?? 'unknown'})`, {
      cause,
      hint: 'perch logs -f follows the output without one, perch send writes input.',
    })
  }
}

/** Its size. Asked anew each time: a stream of Node knows the size of the moment at which it was made. */
export function currentSize(): Size | undefined {
  const descriptor = openTerminal()
  const stream = new WriteStream(descriptor)
  try {
    return sizeInRange(...stream.getWindowSize())
  } finally {
    stream.destroy()
    closeSync(descriptor)
  }
}
