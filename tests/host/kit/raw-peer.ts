/** A peer of a host that sends whatever bytes a test likes, well formed or not, and keeps the frames that come back. */
import { connect, type Socket } from 'node:net'
import { FrameDecoder } from '../../../src/api/frame-decoder.js'
import { encodeFrameHeader, encodeJsonFrame, FRAME, type Frame } from '../../../src/api/frames.js'
import { within } from '../../kit/bounded.js'
import { TEST_BOUND_MS } from './host-program.js'

export const HELLO = encodeJsonFrame(FRAME.hello, { protocol: 1, perch: 'test' })

/** A frame of any type around any bytes. */
export function rawFrame(type: number, payload: Uint8Array | string): Buffer {
  const bytes = Buffer.from(payload)
  return Buffer.concat([encodeFrameHeader(type, 0, bytes.byteLength), bytes])
}

export interface RawPeer extends AsyncDisposable {
  readonly socket: Socket
  readonly frames: readonly Frame[]
  /** Every byte that came. */
  received(): Buffer
  /** Settles when the connection is gone; bounded. */
  closed(what: string): Promise<void>
}

/** Connects. `reads: false` never reads a byte. */
export function rawPeer(socketPath: string, options: { readonly reads?: boolean } = {}): RawPeer {
  const socket = connect(socketPath)
  const frames: Frame[] = []
  const chunks: Buffer[] = []
  const decoder = new FrameDecoder()
  // A host that cuts the connection may do so while we write.
  socket.on('error', () => undefined)
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  if (options.reads ?? true) {
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      decoder.push(chunk, (frame) => frames.push({ ...frame, payload: Uint8Array.from(frame.payload) }))
    })
  }
  return {
    socket,
    frames,
    received: () => Buffer.concat(chunks),
    closed: (what) => within(gone, TEST_BOUND_MS, () => `${what} to end its connection`),
    async [Symbol.asyncDispose]() {
      socket.destroy()
      await within(gone, TEST_BOUND_MS, () => 'the end of the connection')
    },
  }
}
