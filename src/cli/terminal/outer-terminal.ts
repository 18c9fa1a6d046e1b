/**
 * The terminal that a person sits at, for as long as a session is shown on it: opened by itself for both directions,
 * switched to raw mode, and given back exactly as it was, also when perch fails. It promises that a terminal that does not
 * take output never keeps input from being read.
 */
import { closeSync, writeSync } from 'node:fs'
import type { OnReadOpts, SocketConstructorOpts } from 'node:net'
import { ReadStream } from 'node:tty'
import type { Size } from '../../api/session.js'
import { ownedChunks } from '../../platform/owned-chunks.js'
import { currentSize, openTerminal } from './controlling-terminal.js'
import { TerminalModes } from './terminal-modes.js'

/** Output handed to the terminal and not taken by it. Beyond this `write` asks to wait. */
const WRITE_WINDOW_BYTES = 128 * 1024
/** The answer to a key goes to the terminal directly: a stream's bookkeeping of one write takes longer than the write. */
const ECHO_BYTES = 4 * 1024
/** How long a terminal that takes nothing is waited for when leaving: it may be stopped by Ctrl-S for hours. */
const FLUSH_TIMEOUT_MS = 1_000

export interface OuterTerminal {
  size(): Size | undefined
  /** Every key is read at once, and none is a signal. @throws PerchError `no-terminal` */
  takeKeys(): void
  /** Every byte that is written after it arrives as it is; before, a line feed also returns the cursor. @throws PerchError `no-terminal` */
  passOutput(): Promise<void>
  /** Begins to read. */
  onInput(take: (bytes: Buffer) => void): void
  pauseInput(): void
  resumeInput(): void
  onResize(changed: () => void): void
  /** The terminal is gone: its window was closed, the connection to it ended. */
  onGone(gone: () => void): void
  /** Writes. When it has taken too little yet, a promise that resolves when it has taken enough, or was closed. */
  write(bytes: Uint8Array): Promise<void> | undefined
  /** Writes `last`, waits for all output with a bound, and gives the terminal back. Calling it again does nothing. */
  close(last: string): Promise<void>
}

/**
 * Opens the controlling terminal.
 * @throws PerchError `no-terminal`
 */
export function openOuterTerminal(): OuterTerminal {
  // /dev/tty and not the standard streams: those may be shared with other programs, and Node writes to them blocking, so
  // that a terminal that was stopped hid the detach key.
  const descriptor = openTerminal()
  let takeInput: (bytes: Buffer) => void = () => {}
  // The declarations of @types/node 20 have `onread` for `connect` only; the constructor takes it (lib/net.js).
  const options: SocketConstructorOpts & { onread: OnReadOpts } = { onread: ownedChunks((bytes) => takeInput(bytes)) }
  const stream = new ReadStream(descriptor, options)
  const resizeListeners = new Set<() => void>()
  const goneListeners = new Set<() => void>()
  const modes = new TerminalModes(stream)
  let closed = false
  let hasFailed = false

  // Asking takes a stream of its own (`currentSize`), and a change is always told.
  let size: Size | undefined
  const notifyResize = () => {
    size = undefined
    for (const changed of resizeListeners) changed()
  }
  const notifyGone = () => {
    hasFailed = true
    for (const gone of goneListeners) gone()
  }
  process.on('SIGWINCH', notifyResize)
  stream.on('error', notifyGone)
  stream.on('end', notifyGone)

  const drained = () =>
    new Promise<void>((resolve) => {
      const done = () => {
        stream.off('drain', done)
        stream.off('close', done)
        stream.off('error', done)
        resolve()
      }
      stream.on('drain', done)
      stream.on('close', done)
      stream.on('error', done)
    })

  return {
    size: () => {
      size ??= currentSize()
      return size
    },
    takeKeys: () => modes.takeKeys(),
    passOutput: () => modes.passOutput(),
    onInput: (take) => {
      takeInput = take
      stream.resume()
    },
    pauseInput: () => void stream.pause(),
    resumeInput: () => {
      if (!closed) stream.resume()
    },
    onResize: (changed) => void resizeListeners.add(changed),
    onGone: (gone) => void goneListeners.add(gone),
    write: (bytes) => {
      if (closed || hasFailed) return undefined
      const isEcho = stream.writableLength === 0 && bytes.byteLength <= ECHO_BYTES
      const rest = isEcho ? untaken(descriptor, bytes) : bytes
      if (rest.byteLength === 0) return undefined
      stream.write(rest)
      return stream.writableLength > WRITE_WINDOW_BYTES ? drained() : undefined
    },
    close: async (last) => {
      if (closed) return
      closed = true
      process.off('SIGWINCH', notifyResize)
      const isStuck = !hasFailed && !(await flushed(stream, last))
      stream.pause()
      await modes.restore({ isStuck })
      stream.destroy()
      // The stream closes only what libuv opened anew for it.
      closeSync(descriptor)
    },
  }
}

/** Writes what the terminal takes at once, and gives the rest. An error is left for the stream to meet. */
function untaken(descriptor: number, bytes: Uint8Array): Uint8Array {
  try {
    return bytes.subarray(writeSync(descriptor, bytes))
  } catch {
    return bytes
  }
}

/** Whether the terminal took everything in time. */
function flushed(stream: ReadStream, last: string): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, FLUSH_TIMEOUT_MS, false)
    const done = () => {
      clearTimeout(timer)
      resolve(true)
    }
    stream.once('close', done)
    stream.write(last, done)
  })
}
