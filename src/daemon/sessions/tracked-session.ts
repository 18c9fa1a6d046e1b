/**
 * One session in the daemon's index: what its folder says, what its host said last, and in which state that is. Everything
 * it remembers could be read or asked again, so that the daemon may end at any moment.
 */
import type { HostEvent, HostStatus } from '../../api/host-protocol.js'
import type { Session } from '../../api/session.js'
import type { ExitRecord, SessionRecord } from '../../api/session-record.js'
import { PerchError } from '../../platform/perch-error.js'
import { corruptSessionView, sessionViews } from '../http/session-view.js'
import type { DerivedState } from './derive-state.js'
import type { HostLink } from './host-link.js'
import { restoreHostSocket } from './host-socket.js'
import { SessionFiles } from './session-files.js'
import { SessionHost } from './session-host.js'
import type { Referable } from './session-reference.js'

/** Who takes over what hosts tell. */
export interface HostEventTaker {
  /** The number after which the session's host is to go on telling. */
  hostNumberOf(session: string): number
  take(session: TrackedSession, event: HostEvent): void
}

export interface TrackedSessionOptions {
  readonly id: string
  readonly folder: string
  /** Where its host listens, also when the record cannot be read. */
  readonly socketPath: string
  /** The host said that the session ended, or its connection is gone: time to look at the folder again. */
  readonly onChange: (session: TrackedSession) => void
  readonly events: HostEventTaker
}

/** How much is asked of a host before a session is shown. */
type Look = 'present' | 'asked' | 'heard'

export class TrackedSession implements Referable {
  readonly id: string
  readonly folder: string
  readonly files: SessionFiles
  readonly #options: TrackedSessionOptions
  readonly #host: SessionHost
  readonly #view = sessionViews()

  constructor(options: TrackedSessionOptions) {
    this.id = options.id
    this.folder = options.folder
    this.#options = options
    this.files = new SessionFiles(options.folder)
    this.#host = new SessionHost({
      target: async () => {
        await this.restoreSocket()
        return { socketPath: this.socketPath, since: options.events.hostNumberOf(this.id) }
      },
      onEvent: (event) => options.events.take(this, event),
      onEnd: () => options.onChange(this),
    })
  }

  /** Undefined when `session.json` cannot be read. */
  get record(): SessionRecord | undefined {
    return this.files.record
  }

  get exit(): ExitRecord | null {
    return this.files.exit
  }

  get name(): string | null {
    return this.record?.name ?? null
  }

  get createdAt(): string {
    return this.files.createdAt
  }

  get live(): boolean {
    return this.derive().live
  }

  get socketPath(): string {
    return this.record?.socket ?? this.#options.socketPath
  }

  derive(): DerivedState {
    return this.files.derive(this.#host.isConnected)
  }

  /** Looks at the folder again. */
  refresh(): void {
    this.files.refresh()
  }

  /**
   * Makes sure that there is a connection to the host.
   * @throws PerchError `host-lost`, `timeout`, `version-mismatch`
   */
  async connect(): Promise<void> {
    await this.#host.connect()
  }

  /** Makes sure that clients find the host's socket, where the host can be made to see to it. */
  async restoreSocket(): Promise<void> {
    this.refresh()
    if (this.record && this.exit === null) await restoreHostSocket(this.record)
  }

  /** The connection to the host. @throws PerchError `session-ended`, `host-lost` */
  async link(): Promise<HostLink> {
    this.refresh()
    if (this.exit) throw new PerchError('session-ended', `the session ${this.name ?? this.id} has ended`)
    const link = await this.#host.connect()
    if (link) return link
    throw new PerchError('host-lost', `the host of session ${this.id} has gone`)
  }

  /** Its host said so, when it started the session. */
  heard(status: HostStatus): void {
    this.#host.heard(status)
  }

  /**
   * The session as the API shows it: in its `present` state, or in the last known one when the host does not answer in time.
   * `asked` asks the host in any case, which finds out whether it hangs; `heard` asks nobody where there is an answer already.
   */
  async view(how: Look = 'present'): Promise<Session> {
    if (!this.#isKnown(how)) await this.#look()
    const { record, exit, id, createdAt } = this
    const { state } = this.derive()
    const { status, hangs } = this.#host
    if (record) return this.#view({ record, state, status, exit, hostHangs: hangs })
    return corruptSessionView({ id, state, problem: this.files.problem ?? 'session.json is missing', createdAt, exit })
  }

  /** @throws PerchError `corrupt-session`, `not-writable`, `disk-full` */
  rename(name: string): void {
    this.files.rename(name)
  }

  close(): void {
    this.#host.close()
  }

  /** Whether neither host nor folder need be asked: for `present`, because they could not say more than what was heard. */
  #isKnown(how: Look): boolean {
    if (how === 'heard') return this.#host.status !== undefined
    return how === 'present' && this.#host.isStatusCurrent && this.record?.child != null
  }

  async #look(): Promise<void> {
    this.refresh()
    if (this.exit !== null || !this.live) return
    await this.#host.ask()
    this.refresh()
  }
}
