/**
 * The transport of one client: frames in and out of its socket, the hello first. It owns the socket; a peer that sends
 * garbage, says nothing, or stalls harms only its own connection. What the frames mean is its owner's business.
 */
import type { Socket } from 'node:net'
import * as v from 'valibot'
import { FrameDecoder } from '../../api/frame-decoder.js'
import { decodeJsonPayload, encodeJsonFrame, FRAME, FRAME_PAYLOAD_LIMIT_BYTES, type Frame } from '../../api/frames.js'
import { Hello } from '../../api/host-protocol.js'
import { PROTOCOL_VERSION } from '../../api/version.js'
import { PERCH_VERSION } from '../../platform/bundles.js'
import { PerchError } from '../../platform/perch-error.js'
import type { FrameSink } from '../attach/output-pump.js'

/** A client says hello with its first packet; who connects and says nothing is no client of perch. */
const HELLO_TIMEOUT_MS = 10_000
/** A hello has some hundred bytes. Who has not said it yet is trusted with no more memory than that is worth. */
const HELLO_LIMIT_BYTES = 16 * 1024
/** Replies and events that a client does not read; its output (128 KiB) is counted in. Beyond it, it is not read either. */
const UNREAD_LIMIT_BYTES = 1024 * 1024

/** The hello of the daemon says so, in a field that other peers need not know. */
const PeerHello = v.looseObject({ ...Hello.entries, role: v.optional(v.string()) })

export interface ConnectionOwner {
  /** Every frame but the hello. A throw ends the connection. */
  readonly onFrame: (frame: Frame) => void
  /** Once, last. */
  readonly onClose: () => void
  /** Whether the peer is to be left unread for now, for another reason than its own unread replies. */
  readonly isStuffed: () => boolean
  /** A fault of this program, not of the peer. */
  readonly report: (problem: unknown) => void
}

export class Connection implements FrameSink {
  readonly #socket: Socket
  readonly #owner: ConnectionOwner
  readonly #decoder = new FrameDecoder()
  readonly #helloTimer: NodeJS.Timeout
  #role: string | undefined
  #greeted = false

  constructor(socket: Socket, session: string, owner: ConnectionOwner) {
    this.#socket = socket
    this.#owner = owner
    this.#decoder.payloadLimitBytes = HELLO_LIMIT_BYTES
    this.#helloTimer = setTimeout(() => this.destroy(), HELLO_TIMEOUT_MS)
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('drain', () => this.regulate())
    // 'close' follows every error, and is where the end is handled.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(this.#helloTimer)
      owner.onClose()
    })
    this.send(FRAME.hello, { protocol: PROTOCOL_VERSION, perch: PERCH_VERSION, session })
  }

  /** What the peer said it is; `daemon` keeps the host from starting one. */
  get role(): string | undefined {
    return this.#role
  }

  /** The peer has left so much unread that nothing should be sent that it did not ask for. */
  get isBehind(): boolean {
    return this.#socket.writableLength > UNREAD_LIMIT_BYTES
  }

  send(type: number, value: unknown): void {
    if (!this.#socket.destroyed) this.#socket.write(encodeJsonFrame(type, value))
  }

  write(bytes: Uint8Array, sent?: (error?: Error | null) => void): void {
    this.#socket.write(bytes, sent)
  }

  /** Leaves a peer unread that is behind or stuffed, and reads it again when it is not. */
  regulate(): void {
    const leave = this.isBehind || this.#owner.isStuffed()
    if (leave !== this.#socket.isPaused()) this.#socket[leave ? 'pause' : 'resume']()
  }

  /** Resolves when all that was written is with the kernel and the socket is closed. The peer's side is up to it. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.closed) {
        resolve()
        return
      }
      this.#socket.once('close', () => resolve())
      this.#socket.end(() => this.#socket.destroy())
    })
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    try {
      this.#decoder.push(chunk, (frame) => {
        if (this.#greeted) this.#owner.onFrame(frame)
        else this.#greet(frame)
      })
    } catch (error) {
      if (!(error instanceof PerchError) && !v.isValiError(error)) this.#owner.report(error)
      this.destroy()
    }
    this.regulate()
  }

  #greet(frame: Frame): void {
    if (frame.type !== FRAME.hello) throw new PerchError('bad-frame', 'the first frame is not a hello')
    this.#role = v.parse(PeerHello, decodeJsonPayload(frame)).role
    this.#greeted = true
    this.#decoder.payloadLimitBytes = FRAME_PAYLOAD_LIMIT_BYTES
    clearTimeout(this.#helloTimer)
  }
}
