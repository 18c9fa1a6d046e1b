/**
 * Where the printer writes. Node's own `process.stdout` takes milliseconds to make and is needed for a terminal only; files
 * and pipes are written to directly, as Node does it, and a pipe that another program made non-blocking is waited for.
 */
import { fstatSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { errnoOf } from '../../platform/perch-error.js'
import type { PrintTarget } from './write-text.js'

/** How soon a pipe that is full is tried again. */
const RETRY_MS = 5

/** The standard output or error of this process. A failed write is told by the write itself. */
export function printTarget(fd: 1 | 2): PrintTarget {
  return process.platform === 'win32' || fstatSync(fd).isCharacterDevice() ? deviceTarget(fd) : directTarget(fd)
}

/** A terminal, or a device like `/dev/null`. Made when it is first looked at: most commands have nothing to say on stderr. */
function deviceTarget(fd: 1 | 2): PrintTarget {
  let opened: NodeJS.WriteStream | undefined
  const stream = () => {
    if (opened) return opened
    opened = fd === 1 ? process.stdout : process.stderr
    opened.on('error', () => {})
    return opened
  }
  return {
    isTTY: isatty(fd),
    get columns() {
      return stream().columns
    },
    write: (text, done) => stream().write(text, done),
  }
}

function directTarget(fd: number): PrintTarget {
  return {
    isTTY: false,
    write: (text, done) => {
      writeAll(fd, Buffer.from(text), 0, done)
      return true
    },
  }
}

function writeAll(fd: number, bytes: Buffer, from: number, done: (error?: Error | null) => void): void {
  let at = from
  try {
    while (at < bytes.byteLength) at += writeSync(fd, bytes, at)
  } catch (error) {
    if (errnoOf(error) === 'EAGAIN') setTimeout(() => writeAll(fd, bytes, at, done), RETRY_MS)
    else done(error instanceof Error ? error : new Error(String(error)))
    return
  }
  done()
}
