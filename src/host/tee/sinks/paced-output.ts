/**
 * Bytes into a descriptor that may be full for any time, a FIFO, a pipe, a device, a socket: written without blocking, tried
 * again by a timer while nobody makes room. The descriptor must be non-blocking.
 */
import { errnoOf, PerchError } from '../../../platform/perch-error.js'
import { PacedWriter } from '../../../platform/process/paced-writer.js'
import type { ByteOutput } from './byte-output.js'
import { fileProblem } from './regular-file.js'

export interface PacedOutputOptions {
  readonly fd: number
  /** For messages. */
  readonly name: string
  /** Called once, when the descriptor is of no further use. */
  readonly onDone: () => void
}

export function pacedOutput({ fd, name, onDone }: PacedOutputOptions): ByteOutput {
  const writer = new PacedWriter(fd, onDone)
  const leave = new AbortController()
  return {
    write: async (bytes) => {
      try {
        return await writer.write(bytes, leave.signal)
      } catch (error) {
        throw leave.signal.aborted ? error : notTaken(name, error)
      }
    },
    finish: () => writer.end(),
    close: () => {
      leave.abort()
      writer.close()
      return Promise.resolve()
    },
  }
}

/** Why nothing can be written, in words that name what was written to. */
function notTaken(name: string, error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined
  if (errnoOf(cause) === 'EPIPE') return new PerchError('tee-failed', `nobody reads ${name} any more`, { cause })
  if (cause === undefined) return error
  return fileProblem(name, cause)
}
