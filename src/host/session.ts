/**
 * One owned session: a process, its log, whoever is attached to it, and its end. It knows no socket files, locks or
 * records on disk; the host program adds those, and a program may own sessions of its own with it.
 */
import { randomBytes } from 'node:crypto'
import type { Closed, HostStatus } from '../api/host-protocol.js'
import type { Attachment, Exit, ExitRecord, Size } from '../api/session.js'
import { PerchError } from '../platform/perch-error.js'
import type { OwnedProcess, WaitStatus } from '../platform/process/owned-process.js'
import { bootId, type ProcessIdentity } from '../platform/process/process-identity.js'
import { Attachments } from './attach/attachments.js'
import { HoldBack } from './attach/hold-back.js'
import { deriveOutcome } from './ending/outcome.js'
import { signalNamed } from './ending/signal-name.js'
import { Termination } from './ending/termination.js'
import type { SessionLog } from './log/session-log.js'
import { SessionEvents } from './session-events.js'
import { Terminal } from './terminal-size.js'

export interface OwnedSessionOptions {
  readonly id: string
  readonly process: OwnedProcess
  /** Null when the process had ended before it could be identified. */
  readonly child: ProcessIdentity | null
  readonly log: SessionLog
  /** The size of a PTY session's terminal; null for pipes. */
  readonly size: Size | null
  /** How long the pipes of a child that left descendants behind stay open. */
  readonly drainMs: number
  /** Makes the exit durable, before anybody is told of it. Must not throw. */
  readonly recordExit: (exit: ExitRecord) => void
}

export class OwnedSession {
  readonly id: string
  readonly process: OwnedProcess
  readonly log: SessionLog
  readonly attachments: Attachments
  readonly holdBack: HoldBack
  readonly terminal: Terminal | undefined
  readonly events = new SessionEvents()
  /** Changes when the host does: offsets of another epoch mean nothing here. */
  readonly epoch = randomBytes(8).toString('hex')
  /** Settles when everything is in the log and the exit is recorded; attached clients may still be reading. */
  readonly ended: Promise<ExitRecord>
  readonly #termination: Termination
  #status: WaitStatus | undefined
  #exitRecord: ExitRecord | undefined

  /** Begins to read the process's output. */
  constructor(options: OwnedSessionOptions) {
    const { process, log, child, size } = options
    this.id = options.id
    this.process = process
    this.log = log
    this.holdBack = new HoldBack(process)
    this.attachments = new Attachments({
      attached: (attachment) => this.events.emit('attached', { attachment }),
      detached: (attachment, closed) => this.#detached(attachment, closed),
    })
    this.terminal = size ? new Terminal(process, size, (changed) => this.#resized(changed)) : undefined
    if (size) log.resized(size)
    this.#termination = new Termination({
      kind: process.kind,
      // No process has this start time: whoever has the pid now is another one, and is left alone.
      leader: child ?? { pid: process.pid, startTime: '', bootId: bootId() },
      sessionMark: options.id,
      leaderExited: process.exited,
      foregroundGroup: () => process.foregroundGroup(),
    })
    log.onPublish(() => this.holdBack.review())
    process.start({ data: (stream, bytes) => log.append(stream, bytes), end: (stream) => log.end(stream) })
    this.ended = this.#end(options)
  }

  /** What the session's exit will be or was, once the leader was collected. */
  get exit(): Exit | null {
    return this.#status ? this.#exitOf(this.#status) : null
  }

  /** The exit as recorded, once `ended` has settled. */
  get exitRecord(): ExitRecord | undefined {
    return this.#exitRecord
  }

  status(): HostStatus {
    return {
      state: this.#status ? 'exited' : 'running',
      pid: this.process.pid,
      size: this.terminal?.size ?? null,
      streams: this.log.extents(),
      attachments: [...this.attachments.list()],
      tees: [],
      exit: this.exit,
      logProblem: this.log.problem,
    }
  }

  /** @throws PerchError `no-terminal` on a pipe session */
  resize(size: Size): void {
    if (!this.terminal) throw new PerchError('no-terminal', 'this session has no terminal to resize')
    if (!this.#status) this.terminal.resize(size)
  }

  /**
   * Sends one signal (`SIGINT`, or `INT`).
   * @throws PerchError `bad-signal`, `session-ended`
   */
  signal(name: string): void {
    const signal = signalNamed(name)
    if (this.#status) throw new PerchError('session-ended', 'the session has ended; there is nothing to signal')
    this.#termination.signal(signal)
  }

  /**
   * Ends every process of the session and resolves when the exit is recorded.
   * @throws PerchError `still-running`
   */
  async terminate(graceMs: number): Promise<void> {
    await this.#termination.run(graceMs)
    await this.ended
  }

  /** Settles when no termination is under way: descendants may outlive the session's end for their grace. */
  terminationDone(): Promise<void> {
    return this.#termination.done()
  }

  async #end(options: OwnedSessionOptions): Promise<ExitRecord> {
    const status = await this.process.exited
    this.#status = status
    // Nobody may hold back what the pipes still contain, or it would be lost with them.
    this.holdBack.release()
    await this.process.drain(options.drainMs)
    this.terminal?.close()
    this.process.close()
    this.log.close()
    const exit = this.#exitOf(status)
    const record: ExitRecord = { schema: 1, endedAt: new Date().toISOString(), exit, streams: this.log.extents() }
    options.recordExit(record)
    this.#exitRecord = record
    this.events.emit('exited', { exit })
    return record
  }

  #exitOf(status: WaitStatus): Exit {
    const { facts } = this.#termination
    const signalsSent = facts.map(({ signal, at }) => ({ signal, at }))
    return { ...status, outcome: deriveOutcome(status, facts), signalsSent }
  }

  #resized(size: Size): void {
    this.log.resized(size)
    this.events.emit('resized', { size })
  }

  #detached(attachment: Attachment, { reason, by }: Closed): void {
    this.events.emit(reason === 'stolen' ? 'stolen' : 'detached', { attachment, reason, by })
  }
}
