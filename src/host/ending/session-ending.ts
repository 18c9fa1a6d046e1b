/**
 * How a session ends: by itself or because somebody asked, and what is said of that afterwards. It owns the termination and
 * the exit; what has to happen between the leader's exit and the record is `last-bytes.ts`.
 */
import type { SignalTarget } from '../../api/host-protocol.js'
import type { Exit } from '../../api/session.js'
import type { ExitRecord } from '../../api/session-record.js'
import { PerchError } from '../../platform/perch-error.js'
import type { OwnedProcess, WaitStatus } from '../../platform/process/owned-process.js'
import { bootId, type ProcessIdentity } from '../../platform/process/process-identity.js'
import type { SessionEvents } from '../session-events.js'
import type { StatusChanges } from '../status-changes.js'
import { type EndingSession, takeLastBytes } from './last-bytes.js'
import { deriveOutcome } from './outcome.js'
import { signalNamed } from './signal-name.js'
import { Termination } from './termination.js'

export interface SessionEndingOptions {
  readonly id: string
  readonly process: Pick<OwnedProcess, 'kind' | 'pid' | 'exited' | 'foregroundGroup'>
  /** Null when the process had ended before it could be identified. */
  readonly child: ProcessIdentity | null
  /** How long the pipes of a child that left descendants behind stay open. */
  readonly drainMs: number
  /** Settles, within a bound of its own, when what else the program has said is known. Must not throw. */
  readonly lastWords?: () => Promise<void>
  /** Makes the exit durable, before anybody is told of it. Must not throw. */
  readonly recordExit: (exit: ExitRecord) => void
}

/** What else of a session has a part in its end. */
export type EndedSession = EndingSession & {
  readonly events: Pick<SessionEvents, 'emit' | 'seal'>
  readonly changes: Pick<StatusChanges, 'note'>
}

export class SessionEnding {
  /** Settles when everything is in the log and the exit is recorded; attached clients may still be reading. */
  readonly ended: Promise<ExitRecord>
  readonly #termination: Termination
  #status: WaitStatus | undefined
  #exitRecord: ExitRecord | undefined

  constructor(session: EndedSession, options: SessionEndingOptions) {
    const { process, child } = options
    this.#termination = new Termination({
      kind: process.kind,
      // No process has this start time: whoever has the pid now is another one, and is left alone.
      leader: child ?? { pid: process.pid, startTime: '', bootId: bootId() },
      sessionMark: options.id,
      leaderExited: process.exited,
      foregroundGroup: () => process.foregroundGroup(),
    })
    this.ended = this.#end(session, options)
  }

  /** What the session's exit will be or was, once the leader was collected. */
  get exit(): Exit | null {
    return this.#status ? this.#exitOf(this.#status) : null
  }

  /** The exit as recorded, once `ended` has settled. */
  get exitRecord(): ExitRecord | undefined {
    return this.#exitRecord
  }

  /**
   * Sends one signal (`SIGINT`, or `INT`).
   * @throws PerchError `bad-signal`, `session-ended`
   */
  signal(name: string, to?: SignalTarget): void {
    const signal = signalNamed(name)
    if (this.#status) throw new PerchError('session-ended', 'the session has ended; there is nothing to signal')
    this.#termination.signal(signal, to)
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

  async #end(session: EndedSession, options: SessionEndingOptions): Promise<ExitRecord> {
    const { process, drainMs, lastWords, recordExit } = options
    const status = await process.exited
    this.#status = status
    session.changes.note()
    await takeLastBytes(session, drainMs)
    await lastWords?.()
    const record: ExitRecord = {
      schema: 1,
      endedAt: new Date().toISOString(),
      exit: this.#exitOf(status),
      streams: session.log.extents(),
      tees: [...session.tees.list()],
    }
    session.events.seal()
    recordExit(record)
    this.#exitRecord = record
    session.events.emit('exited', { exit: record.exit })
    return record
  }

  #exitOf(status: WaitStatus): Exit {
    const { facts } = this.#termination
    const signalsSent = facts.map(({ signal, at }) => ({ signal, at }))
    return { ...status, outcome: deriveOutcome(status, facts), signalsSent }
  }
}
