/**
 * One client of a session: answers its requests, takes its input, sends it events, and holds at most one attachment for
 * it. It owns its connection and ends with it.
 */
import type { Socket } from 'node:net'
import type { Closed } from '../../api/attach-protocol.js'
import { decodeJsonPayload, FRAME, type Frame } from '../../api/frames.js'
import type { HostRequest } from '../../api/host-protocol.js'
import type { ExitRecord } from '../../api/session-record.js'
import { PerchError } from '../../platform/perch-error.js'
import { attachClient } from '../attach/attach.js'
import type { LiveAttachment } from '../attach/attachments.js'
import { ClientInput, viewersDoNotType, WAITING_INPUT_LIMIT_BYTES } from '../attach/client-input.js'
import type { FrameSink } from '../attach/output-pump.js'
import type { OwnedSession } from '../session.js'
import { ClientEvents } from './client-events.js'
import { Connection } from './connection.js'
import { DelayedAccepted } from './delayed-accepted.js'
import { RequestDesk } from './request-desk.js'
import { answerRequest } from './requests.js'

/** How long an ended session waits for a client that takes nothing, before it leaves it to read the log. */
const PATIENCE_MS = 10_000
/** A pass-through client feeds a pipe (`perch exec … | less`), whose reader may be a person: as long as they may take. */
const BLOCKING_PATIENCE_MS = 24 * 60 * 60 * 1000

type Sent = Parameters<FrameSink['write']>[1]
type AttachRequest = Extract<HostRequest, { method: 'attach' }>

export interface ClientObserver {
  readonly onSubscribed: (client: SessionClient) => void
  readonly onClosed: (client: SessionClient) => void
  /** A fault of this program, not of the client. */
  readonly report: (problem: unknown) => void
}

export class SessionClient {
  readonly #session: OwnedSession
  readonly #observer: ClientObserver
  readonly #connection: Connection
  readonly #input: ClientInput
  readonly #accepted: DelayedAccepted
  readonly #desk: RequestDesk
  readonly #events: ClientEvents
  #attachment: LiveAttachment | undefined
  #redraw: () => Promise<void> = () => Promise.reject(new PerchError('bad-request', 'this connection is not attached'))
  #onProgress: () => void = () => undefined

  constructor(socket: Socket, session: OwnedSession, observer: ClientObserver) {
    this.#session = session
    this.#observer = observer
    this.#accepted = new DelayedAccepted((accepted) => this.#connection.send(FRAME.accepted, accepted))
    this.#input = new ClientInput(session.process, (accepted) => {
      // Only a terminal answers by itself to what is typed.
      this.#accepted.note(accepted, this.#attachment !== undefined && session.process.kind === 'pty')
      this.#connection.regulate()
    })
    this.#desk = new RequestDesk({
      answer: (request) => this.#answer(request),
      sendReply: (reply) => this.#connection.send(FRAME.reply, reply),
      onAnswered: () => this.#connection.regulate(),
      report: observer.report,
    })
    this.#connection = new Connection(socket, session.id, {
      onFrame: (frame) => this.#receive(frame),
      onClose: () => this.#closed(),
      isStuffed: () => this.#input.waitingBytes > WAITING_INPUT_LIMIT_BYTES || this.#desk.isFull,
      report: observer.report,
    })
    this.#events = new ClientEvents(session, this.#connection)
  }

  get isDaemon(): boolean {
    return this.#connection.role === 'daemon'
  }

  /** It holds nothing of the session and waits for nothing: it can come again. */
  get isIdle(): boolean {
    const isWatching = this.#attachment !== undefined || this.#events.isSubscribed
    return !isWatching && this.#desk.isEmpty && this.#input.waitingBytes === 0
  }

  /** Ends the connection now. */
  cut(): void {
    this.#connection.destroy()
  }

  /**
   * The session has ended: sends the attachment the rest and the exit, and every reply that is owed, then ends the
   * connection. A client that takes nothing for a while is cut off; it can read the rest from the log.
   */
  async finish(exit: ExitRecord): Promise<void> {
    const sent = this.#attachment?.pump.finish(exit)
    await this.#desk.settled()
    const patienceMs = this.#attachment?.blocks ? BLOCKING_PATIENCE_MS : PATIENCE_MS
    const cut = setTimeout(() => this.#connection.destroy(), patienceMs)
    this.#onProgress = () => cut.refresh()
    await sent
    await this.#connection.end()
    clearTimeout(cut)
  }

  #receive(frame: Frame): void {
    switch (frame.type) {
      case FRAME.request:
        this.#desk.take(decodeJsonPayload(frame))
        break
      case FRAME.input:
        this.#input.write(frame.payload)
        if (!this.#input.isRefused) this.#session.attention.typed(frame.payload)
        break
      case FRAME.inputEnd:
        this.#input.end()
        break
      default:
        // A frame of a later version: what it adds must not be needed by this one.
        break
    }
  }

  async #answer(request: HostRequest): Promise<{ readonly result: unknown } | 'replied'> {
    if (request.method !== 'attach') return { result: await answerRequest(request, this.#session, this.#asRequester()) }
    await this.#attach(request)
    return 'replied'
  }

  #asRequester() {
    return {
      attachmentId: this.#attachment?.id,
      watchesOnly: this.#attachment?.mode === 'viewer',
      redraw: () => this.#redraw(),
      cancelInput: () => this.#input.cancel(),
      subscribe: (since: number | undefined) => this.#subscribe(since),
      watchStatus: () => this.#events.watchStatus(),
    }
  }

  async #attach({ id, params }: AttachRequest): Promise<void> {
    if (this.#attachment) {
      throw new PerchError('bad-request', `this connection is already attached as ${this.#attachment.id}`)
    }
    const { attachment, prepared, reply, begin, redraw } = attachClient(this.#session, params, {
      sink: { write: (frame, sent) => this.#sendOutput(frame, sent) },
      onClosed: (closed) => this.#attachmentEnded(closed),
      onProgress: () => this.#onProgress(),
    })
    this.#attachment = attachment
    this.#redraw = redraw
    this.#input.refuse(attachment.mode === 'viewer' ? viewersDoNotType() : undefined)
    if (prepared) await prepared
    // Before the first frame: the client learns from it what the frames belong to.
    this.#connection.send(FRAME.reply, { id, result: reply() })
    begin()
  }

  #sendOutput(frame: Uint8Array, sent: Sent | undefined): void {
    this.#connection.write(frame, sent)
    this.#accepted.tell()
  }

  #attachmentEnded({ reason }: Closed): void {
    this.#attachment = undefined
    // What it typed before it heard of its end must not reach the one who took over.
    if (reason === 'stolen' || reason === 'kicked') this.#input.refuse(new PerchError(reason, `this client was ${reason}`))
  }

  #subscribe(since: number | undefined): void {
    this.#events.subscribe(since)
    this.#observer.onSubscribed(this)
  }

  #closed(): void {
    this.#input.close()
    this.#accepted.close()
    this.#events.close()
    if (this.#attachment) this.#session.attachments.left(this.#attachment)
    this.#observer.onClosed(this)
  }
}
