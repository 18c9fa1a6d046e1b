/**
 * An attachment inside this process: the same reader as a client's on the session's socket, with a queue in the place of
 * the socket. It ends by itself with `closed`, when its consumer leaves, or when it is detached.
 */

import type { Attached, AttachParams, Closed } from '../api/attach-protocol.js'
import { believe } from '../api/host-answers.js'
import { type Attachment, Size } from '../api/session.js'
import { type AttachmentEvent, eventOf } from '../client/attachment-events.js'
import { attachClient } from '../host/attach/attach.js'
import type { LiveAttachment } from '../host/attach/attachments.js'
import { viewersDoNotType } from '../host/attach/client-input.js'
import type { OwnedSession } from '../host/session.js'
import { onAbort } from '../platform/on-abort.js'
import { PerchError } from '../platform/perch-error.js'
import { bytesOf, checkAttachOptions, checkWriteOptions } from './call-options.js'
import { checkOptions } from './check-options.js'
import { EventQueue } from './event-queue.js'
import type { AttachOptions, SessionAttachment } from './session-attachment.js'

/**
 * Attaches. `onOver` is called once, when the attachment holds nothing any more.
 * @throws PerchError `bad-request`, `already-attached`, `stream-unavailable`; the signal's reason when aborted
 */
export function attach(
  session: OwnedSession,
  options: AttachOptions,
  onOver: (attachment: EmbeddedAttachment) => void,
): EmbeddedAttachment {
  const { signal, ...params } = checkAttachOptions(options)
  signal?.throwIfAborted()
  return new EmbeddedAttachment(session, params, signal, onOver)
}

export class EmbeddedAttachment implements SessionAttachment {
  readonly #session: OwnedSession
  readonly #queue = new EventQueue()
  readonly #live: LiveAttachment
  readonly #attached: Attached
  readonly #events: AsyncGenerator<AttachmentEvent, void, void>
  readonly #onOver: (attachment: EmbeddedAttachment) => void
  readonly #unlisten: () => void
  /** What the program has not taken when the attachment ends must not reach it among the next one's input. */
  readonly #leave = new AbortController()
  #closed: Closed | undefined

  constructor(
    session: OwnedSession,
    params: AttachParams,
    signal: AbortSignal | undefined,
    onOver: (attachment: EmbeddedAttachment) => void,
  ) {
    this.#session = session
    this.#onOver = onOver
    const { attachment, reply, begin } = attachClient(session, params, {
      sink: this.#queue,
      onClosed: (closed) => {
        this.#closed = closed
        this.#over()
      },
      onProgress: () => undefined,
    })
    this.#live = attachment
    this.#attached = reply()
    this.#events = this.#read()
    this.#unlisten = onAbort(signal, () => {
      this.detach()
      this.#queue.fail(signal?.reason)
    })
    begin()
  }

  get id(): string {
    return this.#live.id
  }

  get mode(): Attachment['mode'] {
    return this.#live.mode
  }

  get offsets(): Readonly<Record<string, number>> {
    return this.#attached.offsets
  }

  get size(): Size | null {
    return this.#attached.size
  }

  /** The session has ended: its exit follows the last byte. */
  finish(): void {
    const { exitRecord } = this.#session
    // Resolves when the consumer has taken everything, which is the consumer's affair.
    if (exitRecord) void this.#live.pump.finish(exitRecord)
  }

  async write(data: string | Uint8Array, options?: { readonly signal?: AbortSignal | undefined }): Promise<number> {
    const { signal } = checkWriteOptions(options)
    this.#requireInput()
    const leave = this.#leave.signal
    const bytes = bytesOf(data)
    this.#session.attention.typed(bytes)
    return await this.#session.process.write(bytes, signal ? AbortSignal.any([signal, leave]) : leave)
  }

  async endInput(): Promise<void> {
    this.#requireInput()
    await this.#session.process.endInput()
  }

  resize(size: Size): void {
    this.#requireInput()
    this.#session.resize(checkOptions('resize', Size, size))
  }

  detach(): void {
    this.#session.attachments.end(this.id, { reason: 'detached' })
    this.#over()
  }

  next(): Promise<IteratorResult<AttachmentEvent, void>> {
    return this.#events.next()
  }

  async return(): Promise<IteratorResult<AttachmentEvent, void>> {
    this.detach()
    return await this.#events.return()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.detach()
  }

  async *#read(): AsyncGenerator<AttachmentEvent, void, void> {
    const offsets = new Map(Object.entries(this.#attached.offsets))
    for (;;) {
      const event = eventOf(await this.#queue.take(), offsets, believe)
      if (event?.type === 'closed') {
        this.#closed ??= { reason: 'ended' }
        this.#over()
      }
      if (event) yield event
      if (event?.type === 'closed') return
    }
  }

  #over(): void {
    this.#unlisten()
    this.#leave.abort()
    this.#session.attachments.left(this.#live)
    this.#onOver(this)
  }

  #requireInput(): void {
    const reason = this.#closed?.reason
    if (reason === 'stolen' || reason === 'kicked') throw new PerchError(reason, `this attachment was ${reason}`)
    if (reason !== undefined) throw new PerchError('stream-closed', 'this attachment is over')
    if (this.mode === 'viewer') throw viewersDoNotType()
  }
}
