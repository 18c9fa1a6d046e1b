/**
 * A session that this program owns: it hands on to the engine (`src/host`) what is asked, and brings everything to an end
 * when it is closed, aborted, or the program exits.
 */
import * as v from 'valibot'
import type { AttachFrom } from '../api/attach-protocol.js'
import type { HostStatus } from '../api/host-protocol.js'
import { Size, StreamName } from '../api/session.js'
import type { ExitRecord } from '../api/session-record.js'
import { startOffset } from '../host/attach/attach.js'
import type { StreamLog } from '../host/log/stream-log.js'
import type { OwnedSession } from '../host/session.js'
import { onAbort } from '../platform/on-abort.js'
import { PerchError } from '../platform/perch-error.js'
import { attach, type EmbeddedAttachment } from './attachment.js'
import { bytesOf, checkReadLogOptions, checkTerminateOptions, checkWriteOptions } from './call-options.js'
import { checkOptions } from './check-options.js'
import type { EmbeddedSession, ReadLogOptions, StreamEvent } from './embedded-session.js'
import { OwnTees } from './own-tees.js'
import { atOwnerExit } from './owner-exit.js'
import { readStream } from './read-stream.js'
import type { AttachOptions, SessionAttachment } from './session-attachment.js'
import type { SessionTees } from './session-tees.js'
import { unlessAborted } from './unless-aborted.js'

export interface OwnSessionOptions {
  readonly graceMs: number
  readonly signal: AbortSignal | undefined
  /** Gives back what was made for the session. Must not throw. */
  readonly onClosed: () => void
}

const OLDEST: AttachFrom = { at: 'offset', offset: 0 }

export class OwnSession implements EmbeddedSession {
  readonly tees: SessionTees
  readonly ended: Promise<ExitRecord>
  readonly #session: OwnedSession
  readonly #options: OwnSessionOptions
  readonly #attachments = new Set<EmbeddedAttachment>()
  #closing: Promise<ExitRecord> | undefined

  constructor(session: OwnedSession, options: OwnSessionOptions) {
    this.#session = session
    this.#options = options
    this.tees = new OwnTees(session)
    this.ended = session.ended
    // A terminal hangs up by itself, a program on pipes would go on without an owner.
    const forget = atOwnerExit(() => session.signal(session.process.kind === 'pty' ? 'SIGHUP' : 'SIGTERM'))
    const unlisten = onAbort(options.signal, () => this.#closeUnasked())
    void session.ended.then(() => {
      forget()
      unlisten()
      for (const attachment of [...this.#attachments]) attachment.finish()
    })
  }

  get id(): string {
    return this.#session.id
  }

  get pid(): number {
    return this.#session.process.pid
  }

  get kind(): 'pty' | 'pipe' {
    return this.#session.process.kind
  }

  get streams(): readonly StreamName[] {
    return this.#session.process.streams
  }

  status(): HostStatus {
    return this.#session.status()
  }

  attach(options: AttachOptions = {}): SessionAttachment {
    this.#requireOpen()
    const attachment = attach(this.#session, options, (over) => this.#attachments.delete(over))
    this.#attachments.add(attachment)
    return attachment
  }

  readLog(stream: StreamName, options?: ReadLogOptions): AsyncGenerator<StreamEvent, void, void> {
    this.#requireOpen()
    const checked = checkReadLogOptions(options)
    const log = this.#log(checkOptions('readLog', StreamName, stream))
    return readStream(stream, log, startOffset(log, checked.from ?? OLDEST), checked)
  }

  async write(data: string | Uint8Array, options?: { readonly signal?: AbortSignal | undefined }): Promise<number> {
    const { signal } = checkWriteOptions(options)
    const bytes = bytesOf(data)
    this.#session.attention.typed(bytes)
    return await this.#session.process.write(bytes, signal)
  }

  async endInput(): Promise<void> {
    await this.#session.process.endInput()
  }

  resize(size: Size): void {
    this.#session.resize(checkOptions('resize', Size, size))
  }

  signal(name: string): void {
    this.#session.signal(checkOptions('signal', v.string(), name))
  }

  async terminate(options?: {
    readonly graceMs?: number | undefined
    readonly signal?: AbortSignal | undefined
  }): Promise<ExitRecord> {
    const { graceMs = this.#options.graceMs, signal } = checkTerminateOptions(options)
    signal?.throwIfAborted()
    await unlessAborted(this.#session.terminate(graceMs), signal)
    return await this.ended
  }

  close(): Promise<ExitRecord> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<ExitRecord> {
    try {
      return await this.terminate()
    } finally {
      this.#options.onClosed()
    }
  }

  /** By the signal: who closes it, or disposes of it, is told if that fails. */
  #closeUnasked(): void {
    this.close().catch(() => undefined)
  }

  #log(stream: StreamName): StreamLog {
    const log = this.#session.log.stream(stream)
    if (log) return log
    throw new PerchError('stream-unavailable', `this session has no ${stream} to read, only ${this.streams.join(' and ')}`)
  }

  #requireOpen(): void {
    if (this.#closing)
      throw new PerchError('session-ended', 'the session is closed', { hint: 'Read what you need before closing it.' })
  }
}
