/**
 * The host of one session, as the daemon talks to it: one connection, opened once for however many ask for it at the same
 * time and forgotten when it is gone, and what came over it last.
 */
import type { HostEvent, HostStatus } from '../../api/host-protocol.js'
import { type HostLink, type HostLinkOptions, openHostLink } from './host-link.js'
import { LastStatus } from './last-status.js'

export interface SessionHostOptions {
  /** Where it listens and from where it is to go on telling, as that is when the connection is made. */
  readonly target: () => Promise<Pick<HostLinkOptions, 'socketPath' | 'since'>>
  /** What happens to the session. */
  readonly onEvent: (event: HostEvent) => void
  /** The host said that the session ended, or its connection is gone. */
  readonly onEnd: () => void
}

export class SessionHost {
  readonly #options: SessionHostOptions
  readonly #lastStatus = new LastStatus()
  #link: HostLink | undefined
  #opening: Promise<void> | undefined

  constructor(options: SessionHostOptions) {
    this.#options = options
  }

  get isConnected(): boolean {
    return this.#link !== undefined
  }

  /** What it said last; undefined while it never answered. */
  get status(): HostStatus | undefined {
    return this.#lastStatus.status
  }

  /** Whether asking it would tell nothing new. */
  get isStatusCurrent(): boolean {
    return this.isConnected && this.#lastStatus.isCurrent
  }

  /** It has not answered the last question. */
  get hangs(): boolean {
    return this.#lastStatus.isLate
  }

  /** It said so, when it started the session. */
  heard(status: HostStatus): void {
    this.#lastStatus.heard(status)
  }

  /** Asks for its status, for a bounded time; a host that does not answer is no error. */
  ask(): Promise<void> {
    return this.#lastStatus.ask(() => this.connect())
  }

  /**
   * The connection, made if there is none; undefined when it was lost again at once.
   * @throws PerchError `host-lost`, `timeout`, `version-mismatch`
   */
  async connect(): Promise<HostLink | undefined> {
    if (this.#link) return this.#link
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined
    })
    await this.#opening
    return this.#link
  }

  close(): void {
    this.#link?.close()
  }

  async #open(): Promise<void> {
    let isClosed = false
    const link = await openHostLink({
      ...(await this.#options.target()),
      onEvent: (event) => this.#take(event),
      onClose: () => {
        isClosed = true
        this.#link = undefined
        this.#lastStatus.outdated()
        this.#options.onEnd()
      },
    })
    if (!isClosed) this.#link = link
  }

  #take(event: HostEvent): void {
    if (event.type === 'changed') {
      this.#lastStatus.outdated()
      return
    }
    this.#options.onEvent(event)
    if (event.type === 'exited') this.#options.onEnd()
  }
}
