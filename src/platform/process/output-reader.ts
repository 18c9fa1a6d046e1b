/**
 * Reads a descriptor that a child writes to, a pipe or a terminal's master, to its last byte. One buffer is reused for
 * every read. The descriptor belongs to the reader: it is closed when the stream has ended or the reader is closed.
 */
import { readSync } from 'node:fs'
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'
import { ReadStream } from 'node:tty'
import { errnoOf } from '../perch-error.js'

/** A flood comes in few large reads; design.md, "The PTY, as measured", point 7. */
const BUFFER_BYTES = 256 * 1024
/**
 * What one turn of the loop takes from a terminal, which hands out 4 KiB at a time: with a turn for each of them a flood of
 * 50 MB took 12,800 turns; like this it takes 2,000, and 130 ms less of the processor. It is one frame to each client.
 */
const TURN_BYTES = 60 * 1024
/** A read of this length says that more is on its way; a shorter one is an echo, and asking again would throw (EAGAIN). */
const FLOOD_READ_BYTES = 2 * 1024
/** What `readNow` takes at most: every kernel buffer of a pipe or terminal fits, and a flood of descendants has an end. */
const READ_NOW_BYTES = 2 * 1024 * 1024

/** `dry`: nothing there now. `ended`: nothing will ever come. `full`: stopped at the bound. */
type Readable = 'dry' | 'ended' | 'full'

export interface OutputReader {
  pause(): void
  resume(): void
  /** Reads what the kernel holds at this moment, without waiting, also while paused. */
  readNow(): Readable
  /** Ends the stream as it is, unless it has ended: `onEnd` is called, the descriptor closed. */
  end(): void
  /** Closes the descriptor without a word. */
  close(): void
}

/** Begins to read. `onData` gets a view of the buffer that is reused when it returns; `onEnd` comes once, last. */
export function readOutput(
  fd: number,
  kind: 'pipe' | 'terminal',
  onData: (bytes: Uint8Array) => void,
  onEnd: () => void,
): OutputReader {
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  let open = true
  const onread: OnReadOpts = {
    buffer,
    callback: (length) => {
      if (open) onData(buffer.subarray(0, kind === 'terminal' ? fillTurn(fd, buffer, length) : length))
      return true
    },
  }
  const stream = openStream(fd, kind, onread)

  const readNow = (): Readable => {
    for (let total = 0; open && total < READ_NOW_BYTES; ) {
      const length = tryRead(fd, buffer, 0, BUFFER_BYTES)
      if (typeof length !== 'number') return length
      total += length
      onData(buffer.subarray(0, length))
    }
    return open ? 'full' : 'ended'
  }
  const close = () => {
    open = false
    stream.destroy()
  }
  const end = () => {
    if (!open) return
    close()
    onEnd()
  }
  // libuv reports the end of a hung-up descriptor after any read that did not fill the buffer, though a terminal hands out
  // 4 KiB at a time and may hold more (`uv__stream_io`, POLLHUP): what is left is read here, before the descriptor closes.
  stream.on('end', () => {
    while (open && readNow() === 'full');
    end()
  })
  // A master whose last slave closed reads EIO: the kernel says so only when nothing is left (`n_tty_read`).
  stream.on('error', end)
  return { pause: () => void stream.pause(), resume: () => void stream.resume(), readNow, end, close }
}

function openStream(fd: number, kind: 'pipe' | 'terminal', onread: OnReadOpts): Socket {
  // The declarations of @types/node 20 have `onread` for `connect` only; the constructor takes it (lib/net.js).
  const options: SocketConstructorOpts & { onread: OnReadOpts } = { onread }
  if (kind === 'pipe') return new Socket({ ...options, fd, readable: true, writable: false })
  // tty.ReadStream hands its options on to net.Socket, but does not begin by itself (lib/tty.js).
  return new ReadStream(fd, options).resume()
}

/**
 * Reads on, behind the first `length` bytes of the buffer, while much keeps coming. Returns how many are in it then. That
 * nothing more came, or never will, is left to the stream to find out. Hot.
 */
function fillTurn(fd: number, buffer: Uint8Array, length: number): number {
  let filled = length
  for (let last = length; last >= FLOOD_READ_BYTES && filled < TURN_BYTES; filled += last) {
    const read = tryRead(fd, buffer, filled, TURN_BYTES - filled)
    if (typeof read !== 'number') break
    last = read
  }
  return filled
}

function tryRead(fd: number, buffer: Uint8Array, at: number, length: number): number | Exclude<Readable, 'full'> {
  try {
    return readSync(fd, buffer, at, length, null) || 'ended'
  } catch (error) {
    return errnoOf(error) === 'EAGAIN' ? 'dry' : 'ended'
  }
}
