/**
 * The asking side of a session's socket: the hello both ways, requests with exactly one reply each, every other frame
 * handed on in the order in which it came. The daemon and the client both speak to hosts through it; it owns its socket
 * and knows nothing of attachments.
 */
import { connect, type Socket } from 'node:net'
import { PERCH_VERSION } from '../platform/bundles.js'
import { ownedChunks } from '../platform/owned-chunks.js'
import { errnoOf, messageOf, PerchError } from '../platform/perch-error.js'
import { FrameDecoder } from './frame-decoder.js'
import { decodeJsonPayload, encodeFrame, encodeFrameHeader, encodeJsonFrame, FRAME, type Frame } from './frames.js'
import { believe, type CheckAnswer } from './host-answers.js'
import type { Hello, HostRequest } from './host-protocol.js'
import { PendingRequests, timedOut } from './pending-requests.js'
import { PROTOCOL_VERSION } from './version.js'

export interface HostChannelOptions {
  readonly socketPath: string
  /** `daemon` keeps the host from starting another daemon while this connection is open. */
  readonly role: 'client' | 'daemon'
  /** Every frame but hello and replies. The payload is not reused afterwards. */
  readonly onFrame?: (frame: Frame) => void
  /** Called once, when the connection is gone for whatever reason, also after `close()`. */
  readonly onClose?: () => void
  /** Bound for connecting and for the host's hello. */
  readonly timeoutMs?: number
}

export interface HostChannel {
  readonly hello: Hello
  /** What the host said is what it is called, as far as that has to be checked. */
  readonly check: CheckAnswer
  /**
   * Sends one request and resolves with the result of its reply, which the caller checks.
   * @throws PerchError the host's own error, `host-lost` when the connection ended first, `timeout`
   */
  request<M extends HostRequest['method']>(
    method: M,
    params: Extract<HostRequest, { method: M }>['params'],
    options?: { readonly timeoutMs?: number },
  ): Promise<unknown>
  /** Sends a frame. Resolves when the socket has room again, or is gone. */
  send(type: number, payload: Uint8Array): Promise<void>
  /** Stops reading: the host's window for this connection fills and it stops sending. */
  pause(): void
  resume(): void
  close(): void
}

/** A host answers its hello in about a millisecond; a machine under full load was seen to take seconds. */
const HELLO_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
/** What is typed: to copy it behind its header costs less than handing two pieces to the socket. */
const COPIED_PAYLOAD_BYTES = 4 * 1024

/**
 * Connects to a host.
 * @throws PerchError `host-lost` when nobody listens there or the connection ends early, `timeout`
 */
export function openHostChannel(options: HostChannelOptions): Promise<HostChannel> {
  return new Promise((resolve, reject) => {
    const onread = ownedChunks((chunk) => channel.receive(chunk))
    const socket = connect({ path: options.socketPath, onread })
    const channel = new SocketChannel(socket, options, (hello) => {
      clearTimeout(timer)
      if (hello instanceof PerchError) reject(hello)
      else resolve(channel)
    })
    const timeoutMs = options.timeoutMs ?? HELLO_TIMEOUT_MS
    const timer = setTimeout(() => channel.fail(timedOut('the hello', timeoutMs)), timeoutMs)
  })
}

class SocketChannel implements HostChannel {
  readonly #socket: Socket
  readonly #options: HostChannelOptions
  readonly #decoder = new FrameDecoder()
  readonly #pending = new PendingRequests()
  #onHello: ((hello: Hello | PerchError) => void) | undefined
  #hello: Hello | undefined
  #check: CheckAnswer | undefined
  #problem: PerchError | undefined

  constructor(socket: Socket, options: HostChannelOptions, onHello: (hello: Hello | PerchError) => void) {
    this.#socket = socket
    this.#options = options
    this.#onHello = onHello
    const hello = { protocol: PROTOCOL_VERSION, perch: PERCH_VERSION, role: options.role }
    socket.write(encodeJsonFrame(FRAME.hello, hello))
    // 'close' follows every error, and is where the end is told.
    socket.on('error', (error) => {
      this.#problem ??= lost(`the host cannot be reached (${errnoOf(error) ?? error.message})`)
    })
    socket.on('close', () => this.#closed())
  }

  get hello(): Hello {
    if (this.#hello === undefined) throw new PerchError('internal', 'the channel is used before its hello')
    return this.#hello
  }

  get check(): CheckAnswer {
    if (this.#check === undefined) throw new PerchError('bad-frame', 'the host spoke before its hello')
    return this.#check
  }

  request(method: HostRequest['method'], params: object, options: { readonly timeoutMs?: number } = {}): Promise<unknown> {
    if (this.#socket.destroyed) return Promise.reject(this.#problem ?? lost('the connection to the host is closed'))
    return this.#pending.ask(method, options.timeoutMs ?? REQUEST_TIMEOUT_MS, (id) => {
      this.#socket.write(requestFrame({ id, method, params }))
    })
  }

  send(type: number, payload: Uint8Array): Promise<void> {
    if (this.#socket.destroyed) return Promise.resolve()
    if (this.#write(type, payload)) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        this.#socket.off('drain', done)
        this.#socket.off('close', done)
        resolve()
      }
      this.#socket.on('drain', done)
      this.#socket.on('close', done)
    })
  }

  /** False when the socket has no room. In one write: a host that is woken for the header alone is woken again for the key. */
  #write(type: number, payload: Uint8Array): boolean {
    if (payload.byteLength <= COPIED_PAYLOAD_BYTES) return this.#socket.write(encodeFrame(type, 0, payload))
    this.#socket.cork()
    this.#socket.write(encodeFrameHeader(type, 0, payload.byteLength))
    const hasRoom = this.#socket.write(payload)
    this.#socket.uncork()
    return hasRoom
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  close(): void {
    this.fail(lost('the connection to the host was closed'))
  }

  /** Ends the connection; `problem` is what whoever waits on it is told. */
  fail(problem: PerchError): void {
    this.#problem ??= problem
    this.#socket.destroy()
  }

  /** Bytes that came. Hot. */
  receive(chunk: Buffer): void {
    try {
      this.#decoder.push(chunk, (frame) => this.#dispatch(frame))
    } catch (error) {
      this.fail(
        error instanceof PerchError ? error : new PerchError('bad-frame', 'the host sent a malformed frame', { cause: error }),
      )
    }
  }

  #dispatch(frame: Frame): void {
    if (frame.type === FRAME.hello) this.#greet(decodeJsonPayload(frame))
    else if (frame.type === FRAME.reply) this.#pending.answer(this.check('reply', decodeJsonPayload(frame)))
    else this.#options.onFrame?.(frame)
  }

  #greet(hello: unknown): void {
    if (!isHello(hello)) throw new PerchError('bad-frame', 'the host sent something else than a hello')
    if (hello.protocol !== PROTOCOL_VERSION) {
      const message = `the session was started by perch ${hello.perch}, which speaks protocol ${hello.protocol}, not ${PROTOCOL_VERSION}`
      this.fail(new PerchError('version-mismatch', message, { hint: 'Use that version of perch for this session.' }))
      return
    }
    this.#hello = hello
    if (hello.perch === PERCH_VERSION && this.#options.role === 'client') this.#welcome(hello, believe)
    else this.#welcomeStranger(hello).catch((cause) => this.fail(lost(messageOf(cause))))
  }

  async #welcomeStranger(hello: Hello): Promise<void> {
    const { checkAnswer } = await import('./check-host.js')
    this.#welcome(hello, checkAnswer)
  }

  #welcome(hello: Hello, check: CheckAnswer): void {
    this.#check = check
    this.#onHello?.(hello)
    this.#onHello = undefined
  }

  #closed(): void {
    this.#problem ??= lost('the host closed the connection')
    this.#pending.fail(this.#problem)
    this.#onHello?.(this.#problem)
    this.#onHello = undefined
    this.#options.onClose?.()
  }
}

/** @throws PerchError `request-too-large`, as for a tee whose command has a very large environment */
function requestFrame(request: object): Uint8Array {
  try {
    return encodeJsonFrame(FRAME.request, request)
  } catch (cause) {
    throw new PerchError('request-too-large', `the request is larger than a host takes: ${messageOf(cause)}`, { cause })
  }
}

function isHello(value: unknown): value is Hello {
  if (typeof value !== 'object' || value === null) return false
  const { protocol, perch, session } = value as Record<string, unknown>
  return typeof protocol === 'number' && typeof perch === 'string' && ['string', 'undefined'].includes(typeof session)
}

function lost(message: string): PerchError {
  return new PerchError('host-lost', message, { hint: 'perch show tells how the session ended.' })
}
