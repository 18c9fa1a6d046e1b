/**
 * A tee into a descriptor of the embedding program, which keeps owning it: it is never closed here. What may be full is
 * opened a second time where the system can, non-blocking, so that nothing changes for others who use it.
 */
import { closeSync, fstatSync } from 'node:fs'
import { PerchError } from '../../../platform/perch-error.js'
import { reopenNonBlocking } from '../../../platform/process/reopen-descriptor.js'
import type { TeeSink } from '../tee-sink.js'
import { type ByteOutput, byteSink } from './byte-output.js'
import { pacedOutput } from './paced-output.js'
import { RegularFile } from './regular-file.js'

/**
 * Writes to the descriptor at the place where it is. A socket, and everything outside of Linux, must be non-blocking.
 * @throws PerchError `bad-request` when it is not open
 */
export function descriptorSink(fd: number): TeeSink {
  return byteSink({ kind: 'descriptor', output: outputOf(fd) })
}

function outputOf(fd: number): ByteOutput {
  const name = `descriptor ${fd}`
  const stats = statOf(fd)
  if (stats.isFile()) return new RegularFile({ fd, name, owned: false })
  const reopened = stats.isSocket() ? undefined : reopenNonBlocking(fd, 'write')
  if (reopened === undefined) return pacedOutput({ fd, name, onDone: () => {} })
  return pacedOutput({ fd: reopened, name, onDone: () => closeSync(reopened) })
}

function statOf(fd: number) {
  try {
    return fstatSync(fd)
  } catch (cause) {
    throw new PerchError('bad-request', `descriptor ${fd} is not open`, { cause })
  }
}
