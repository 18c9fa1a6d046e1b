/**
 * One session in the daemon's index: what its folder says, and the connection to its host while that lives. Everything
 * it remembers could be read or asked again, so that the daemon may end at any moment.
 */
import { statSync } from 'node:fs'
import type { HostStatus } from '../../api/host-protocol.js'
import type { ExitRecord, Session, SessionRecord } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'
import { livenessOf } from '../../platform/process/process-identity.js'
import { corruptSessionView, sessionView } from '../http/session-view.js'
import { type DerivedState, deriveState } from './derive-state.js'
import { type HostLink, openHostLink } from './host-link.js'
import { restoreHostSocket } from './host-socket.js'
import type { Referable } from './session-reference.js'
import { hostLiveness, readExitRecord, readStoredRecord, type StoredRecord } from './stored-session.js'

/** A list of a hundred sessions waits this long for a host that hangs, and then shows what it said last. */
const STATUS_BOUND_MS = 1_000

export interface TrackedSessionOptions {
  readonly id: string
  readonly folder: string
  /** Where its host listens, also when the record cannot be read. */
  readonly socketPath: string
  /** The host said that the session ended, or its connection is gone: time to look at the folder again. */
  readonly onChange: (session: TrackedSession) => void
}

export class TrackedSession implements Referable {
  readonly id: string
  readonly folder: string
  readonly #options: TrackedSessionOptions
  #stored: StoredRecord
  #exit: ExitRecord | null
  #link: HostLink | undefined
  #connecting: Promise<void> | undefined
  #status: HostStatus | undefined
  /** The host has not answered the last question: until it does, nobody waits for the answer to another. */
  #isLate = false

  constructor(options: TrackedSessionOptions) {
    this.id = options.id
    this.folder = options.folder
    this.#options = options
    this.#stored = readStoredRecord(options.folder)
    this.#exit = readExitRecord(options.folder)
  }

  /** Undefined when `session.json` cannot be read. */
  get record(): SessionRecord | undefined {
    return this.#stored.kind === 'record' ? this.#stored.record : undefined
  }

  /** What is wrong with `session.json`. */
  get problem(): string | undefined {
    return this.#stored.kind === 'corrupt' ? this.#stored.problem : undefined
  }

  get hasRecord(): boolean {
    return this.#stored.kind !== 'missing'
  }

  get exit(): ExitRecord | null {
    return this.#exit
  }

  get name(): string | null {
    return this.record?.name ?? null
  }

  get createdAt(): string {
    return this.record?.createdAt ?? statSync(this.folder, { throwIfNoEntry: false })?.mtime.toISOString() ?? ''
  }

  get live(): boolean {
    return this.derive().live
  }

  get socketPath(): string {
    return this.record?.socket ?? this.#options.socketPath
  }

  derive(): DerivedState {
    const record = this.record
    return deriveState({
      host: this.#link ? 'alive' : hostLiveness(this.folder, record),
      child: record?.child ? livenessOf(record.child) : null,
      outcome: this.#exit?.exit.outcome ?? null,
    })
  }

  /** Looks at the folder again. */
  refresh(): void {
    if (this.#stored.kind !== 'record' || this.#stored.record.child === null) this.#stored = readStoredRecord(this.folder)
    this.#exit ??= readExitRecord(this.folder)
  }

  /**
   * Makes sure that there is a connection to the host.
   * @throws PerchError `host-lost`, `timeout`, `version-mismatch`
   */
  async connect(): Promise<void> {
    if (this.#link) return
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = undefined
    })
    await this.#connecting
  }

  /** Makes sure that clients find the host's socket, where the host can be made to see to it. */
  async restoreSocket(): Promise<void> {
    this.refresh()
    if (this.record && this.#exit === null) await restoreHostSocket(this.record)
  }

  /** The connection to the host. @throws PerchError `session-ended`, `host-lost` */
  async link(): Promise<HostLink> {
    this.refresh()
    if (this.#exit) throw new PerchError('session-ended', `the session ${this.name ?? this.id} has ended`)
    await this.connect()
    if (this.#link) return this.#link
    throw new PerchError('host-lost', `the host of session ${this.id} has gone`)
  }

  /** The session as the API shows it: what its host says now, or said last when it does not answer in time. */
  async view(): Promise<Session> {
    this.refresh()
    if (this.#exit === null && this.live) this.#status = (await this.#askStatus()) ?? this.#status
    this.refresh()
    const { state } = this.derive()
    if (this.record) return sessionView({ record: this.record, state, status: this.#status, exit: this.#exit })
    const problem = this.problem ?? 'session.json is missing'
    return corruptSessionView({ id: this.id, state, problem, createdAt: this.createdAt, exit: this.#exit })
  }

  close(): void {
    this.#link?.close()
  }

  /** What the host says now; undefined when it does not answer in time, or is gone. */
  async #askStatus(): Promise<HostStatus | undefined> {
    if (this.#isLate) return undefined
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        this.#isLate = true
        resolve(undefined)
      }, STATUS_BOUND_MS)
    })
    // A host that cannot be reached is the supervisor's to deal with; a list shows what was known.
    const asked = this.connect().then(
      () => this.#link?.status().catch(() => undefined),
      () => undefined,
    )
    void asked.then(() => {
      clearTimeout(timer)
      this.#isLate = false
    })
    return await Promise.race([asked, late])
  }

  async #open(): Promise<void> {
    await this.restoreSocket()
    let closed = false
    const link = await openHostLink({
      socketPath: this.socketPath,
      onEvent: (event) => {
        if (event.type === 'exited') this.#options.onChange(this)
      },
      onClose: () => {
        closed = true
        this.#link = undefined
        this.#options.onChange(this)
      },
    })
    if (!closed) this.#link = link
  }
}
