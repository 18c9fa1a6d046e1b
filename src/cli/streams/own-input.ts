/**
 * perch's own standard input as chunks of bytes, read no faster than they are taken. It changes nothing that it shares with
 * other programs: a pipe is opened anew, so that it becomes non-blocking for perch alone.
 */
import { createReadStream, fstatSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { isatty, ReadStream } from 'node:tty'
import { linuxStat } from '../../platform/process/process-identity.js'
import { reopenNonBlocking } from '../../platform/process/reopen-descriptor.js'
import { letGo } from './let-go.js'

export interface OwnInput {
  /** Ends at the end of input. Never begins for a background job, which a terminal would stop for reading. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** Reads no more. Whoever writes to a pipe sees it closed, as when the program itself had closed it. */
  close(): void
}

export function openOwnInput(fd = 0): OwnInput {
  if (isatty(fd) && isBackgroundJob()) return { chunks: never(), close: () => {} }
  const stream = openStream(fd)
  const isPipe = fd === 0 && fstatSync(fd).isFIFO()
  let isClosed = false
  // The iteration reports a failure to its consumer; without a consumer there is nobody to tell.
  stream.on('error', () => {})
  return {
    chunks: stream,
    close: () => {
      if (isClosed) return
      isClosed = true
      stream.destroy()
      if (isPipe) letGo(0)
    },
  }
}

function openStream(fd: number): Readable {
  const stat = fstatSync(fd)
  if (isatty(fd)) return new ReadStream(fd)
  if (stat.isFIFO()) return new Socket({ fd: reopenNonBlocking(fd, 'read') ?? fd, readable: true, writable: false })
  if (stat.isSocket()) return new Socket({ fd, readable: true, writable: false })
  return createReadStream('', { fd, autoClose: false })
}

/** Reading the terminal would get SIGTTIN. Without the program's own reading, that must not happen to perch either. */
function isBackgroundJob(): boolean {
  if (process.platform !== 'linux') return false
  const self = linuxStat(process.pid)
  return self !== undefined && self.foregroundGroup !== self.pgrp
}

/** A pending promise keeps no process alive. */
async function* never(): AsyncGenerator<Uint8Array> {
  yield await new Promise<Uint8Array>(() => {})
}
