/**
 * perch's own standard output or error: bytes as they are, with the slowness of whoever reads them felt by the writer. It
 * changes nothing that it shares with other programs (`reopen-descriptor.ts`).
 */
import { fstatSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { errnoOf, PerchError } from '../../platform/perch-error.js'
import { reopenNonBlocking } from '../../platform/process/reopen-descriptor.js'
import { letGo } from './let-go.js'

export interface OwnOutput {
  /** Resolves when there is room for more. Bytes for an output that is broken are dropped. */
  write(bytes: Uint8Array): Promise<void>
  /** Resolves when everything written has left this process. */
  flush(): Promise<void>
  /** After `flush`: a pipe is let go of, so that its reader sees the end although perch goes on. Nothing may follow. */
  close(): void
  /** Why nothing can be written any more: EPIPE when the reader is gone, ENOSPC, EIO … */
  readonly broken: Error | undefined
  /** Called once, when that happens. */
  onBroken(told: (error: Error) => void): void
}

/** Written and not taken by the reader. Beyond it `write` waits. */
const WRITE_WINDOW_BYTES = 256 * 1024
/** How soon a terminal that another program made non-blocking is tried again. */
const RETRY_MS = 5

export function openOwnOutput(fd: 1 | 2): OwnOutput {
  const stat = fstatSync(fd)
  if (!stat.isFIFO() && !stat.isSocket()) return fileOutput(fd)
  const reopened = stat.isFIFO() ? reopenNonBlocking(fd, 'write') : undefined
  if (reopened !== undefined) {
    const stream = new Socket({ fd: reopened, readable: false, writable: true })
    return streamOutput(stream, () => {
      stream.destroy()
      letGo(fd)
    })
  }
  // Node's own, since two handles of one descriptor disturb each other.
  return streamOutput(fd === 1 ? process.stdout : process.stderr, () => letGo(fd))
}

/** The stream is never ended: ending a socket would end it for every program that shares it. */
function streamOutput(stream: Writable, letGoOfIt: () => void): OwnOutput {
  const state = new Broken()
  let isClosed = false
  stream.on('error', (error) => state.set(error))
  const drained = () =>
    new Promise<void>((resolve) => {
      const done = () => {
        for (const name of ['drain', 'close']) stream.off(name, done)
        resolve()
      }
      for (const name of ['drain', 'close']) stream.on(name, done)
    })
  return {
    write: async (bytes) => {
      if (state.error || stream.destroyed || isClosed) return
      if (!stream.write(bytes) && stream.writableLength > WRITE_WINDOW_BYTES) await drained()
    },
    flush: async () => {
      if (state.error || stream.destroyed || isClosed) return
      // Writes are told in order; a failed one comes to the listener above.
      await new Promise<void>((resolve) => stream.write('', () => resolve()))
    },
    close: () => {
      if (isClosed) return
      isClosed = true
      letGoOfIt()
    },
    get broken() {
      return state.error
    },
    onBroken: (told) => state.tell(told),
  }
}

/**
 * What is left of a failure after the work is done: a reader that went away is its own business, a full disk is not.
 * @throws PerchError `output-failed`
 */
export function requireWritten(output: OwnOutput, hint = 'What the program wrote is still there: perch logs.'): void {
  const { broken } = output
  if (broken === undefined || errnoOf(broken) === 'EPIPE') return
  throw new PerchError('output-failed', `the output cannot be written: ${broken.message}`, {
    cause: broken,
    hint,
  })
}

/** Files and devices take bytes at once; a terminal blocks, as it does every program that writes to it. */
function fileOutput(fd: number): OwnOutput {
  const state = new Broken()
  return {
    write: async (bytes) => {
      for (let at = 0; at < bytes.byteLength && state.error === undefined; ) {
        try {
          at += writeSync(fd, bytes, at)
        } catch (error) {
          if (errnoOf(error) === 'EAGAIN') await sleep(RETRY_MS)
          else state.set(error instanceof Error ? error : new Error(String(error)))
        }
      }
    },
    flush: () => Promise.resolve(),
    // Nobody waits for the end of a file or a terminal.
    close: () => undefined,
    get broken() {
      return state.error
    },
    onBroken: (told) => state.tell(told),
  }
}

class Broken {
  error: Error | undefined
  #told: ((error: Error) => void) | undefined

  set(error: Error): void {
    if (this.error) return
    this.error = error
    this.#told?.(error)
  }

  tell(told: (error: Error) => void): void {
    this.#told = told
    if (this.error) told(this.error)
  }
}
