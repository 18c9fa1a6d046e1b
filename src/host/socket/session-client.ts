/**
 * One client of a session: answers its requests, takes its input, sends it events, and holds at most one attachment for
 * it. It owns its connection and ends with it.
 */
import type { Socket } from 'node:net'
import { decodeJsonPayload, FRAME, type Frame } from '../../api/frames.js'
import type { Closed, HostRequest } from '../../api/host-protocol.js'
import type { ExitRecord } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'
import { attachClient } from '../attach/attach.js'
import type { LiveAttachment } from '../attach/attachments.js'
import { ClientInput, viewersDoNotType, WAITING_INPUT_LIMIT_BYTES } from '../attach/client-input.js'
import type { OwnedSession } from '../session.js'
import { Connection } from './connection.js'
import { RequestDesk } from './request-desk.js'
import { answerRequest } from './requests.js'

/** How long an ended session waits for a client that takes nothing, before it leaves it to read the log. */
const PATIENCE_MS = 10_000
/** A pass-through client feeds a pipe (`perch exec … | less`), whose reader may be a person: as long as they may take. */
const BLOCKING_PATIENCE_MS = 24 * 60 * 60 * 1000

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
  readonly #desk: RequestDesk
  #attachment: LiveAttachment | undefined
  #unsubscribe: (() => void) | undefined
  #onProgress: () => void = () => undefined

  constructor(socket: Socket, session: OwnedSession, observer: ClientObserver) {
    this.#session = session
    this.#observer = observer
    this.#input = new ClientInput(session.process, (accepted) => {
      this.#connection.send(FRAME.accepted, accepted)
      this.#connection.regulate()
    })
    this.#desk = new RequestDesk({
      answer: (request) => this.#answer(request),
      sendReply: (reply) => this.#connection.send(FRAME.reply, reply),
      report: observer.report,
    })
    this.#connection = new Connection(socket, session.id, {
      onFrame: (frame) => this.#receive(frame),
      onClose: () => this.#closed(),
      isStuffed: () => this.#input.waitingBytes > WAITING_INPUT_LIMIT_BYTES,
      report: observer.report,
    })
  }

  get isDaemon(): boolean {
    return this.#connection.role === 'daemon'
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
    this.#attach(request)
    return 'replied'
  }

  #asRequester() {
    return {
      attachmentId: this.#attachment?.id,
      watchesOnly: this.#attachment?.mode === 'viewer',
      subscribe: () => this.#subscribe(),
    }
  }

  #attach({ id, params }: AttachRequest): void {
    if (this.#attachment) {
      throw new PerchError('bad-request', `this connection is already attached as ${this.#attachment.id}`)
    }
    const { attachment, reply, begin } = attachClient(this.#session, params, {
      sink: this.#connection,
      onClosed: (closed) => this.#attachmentEnded(closed),
      onProgress: () => this.#onProgress(),
    })
    this.#attachment = attachment
    this.#input.refuse(attachment.mode === 'viewer' ? viewersDoNotType() : undefined)
    // Before the first frame: the client learns from it what the frames belong to.
    this.#connection.send(FRAME.reply, { id, result: reply })
    begin()
  }

  #attachmentEnded({ reason }: Closed): void {
    this.#attachment = undefined
    // What it typed before it heard of its end must not reach the one who took over.
    if (reason === 'stolen' || reason === 'kicked') this.#input.refuse(new PerchError(reason, `this client was ${reason}`))
  }

  #subscribe(): void {
    this.#unsubscribe ??= this.#session.events.subscribe((event) => {
      if (this.#connection.isBehind) this.#connection.destroy()
      else this.#connection.send(FRAME.event, event)
    })
    this.#observer.onSubscribed(this)
  }

  #closed(): void {
    this.#input.close()
    this.#unsubscribe?.()
    if (this.#attachment) this.#session.attachments.left(this.#attachment)
    this.#observer.onClosed(this)
  }
}
