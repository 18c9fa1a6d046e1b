/**
 * One owned session: a process, its log, whoever is attached to it, and its end. It knows no socket files, locks or
 * records on disk; the host program adds those, and a program may own sessions of its own with it.
 */
import { randomBytes } from 'node:crypto'
import type { Closed } from '../api/attach-protocol.js'
import type { HostStatus, SignalTarget } from '../api/host-protocol.js'
import type { Attachment, Exit, Size, StreamName } from '../api/session.js'
import type { ExitRecord } from '../api/session-record.js'
import { PerchError } from '../platform/perch-error.js'
import type { OutputStream, OwnedProcess } from '../platform/process/owned-process.js'
import type { ScreenText } from '../screen/screen-model.js'
import { Attachments } from './attach/attachments.js'
import { HoldBack } from './attach/hold-back.js'
import { AttentionTracker } from './attention/attention-tracker.js'
import { SessionEnding, type SessionEndingOptions } from './ending/session-ending.js'
import type { NumberedEvent } from './event-file.js'
import type { SessionLog } from './log/session-log.js'
import type { StreamLog } from './log/stream-log.js'
import { SessionScreen, type SessionScreenOptions } from './screen/session-screen.js'
import { SessionEvents } from './session-events.js'
import { StatusChanges } from './status-changes.js'
import { Tees } from './tee/tees.js'
import { Terminal } from './terminal-size.js'

export interface OwnedSessionOptions extends SessionEndingOptions {
  readonly process: OwnedProcess
  readonly log: SessionLog
  /** The size of a PTY session's terminal; null for pipes. */
  readonly size: Size | null
  /** What keeps the screen of a PTY session; absent where nobody asks for it. */
  readonly screen?: Pick<SessionScreenOptions, 'program' | 'heldBytes' | 'isAwaited' | 'report'> | undefined
  /** The agent was told to call hooks, which `attention.hooked` is given. */
  readonly hooksExpected?: boolean
  /** Makes a numbered event durable, before anybody is told of it. Must not throw. */
  readonly recordEvent?: (event: NumberedEvent) => void
}

export class OwnedSession {
  readonly id: string
  readonly process: OwnedProcess
  readonly log: SessionLog
  readonly attachments: Attachments
  readonly holdBack: HoldBack
  readonly attention: AttentionTracker
  readonly terminal: Terminal | undefined
  readonly screen: SessionScreen | undefined
  readonly tees: Tees
  readonly events: SessionEvents
  /** Every change of what `status` says. */
  readonly changes = new StatusChanges()
  /** Changes when the host does: offsets of another epoch mean nothing here. */
  readonly epoch = randomBytes(8).toString('hex')
  /** Settles when everything is in the log and the exit is recorded; attached clients may still be reading. */
  readonly ended: Promise<ExitRecord>
  readonly #ending: SessionEnding

  /** Begins to read the process's output. */
  constructor(options: OwnedSessionOptions) {
    const { process, log, size } = options
    this.id = options.id
    this.process = process
    this.log = log
    this.events = new SessionEvents(options.recordEvent)
    this.events.subscribe(() => this.changes.note())
    this.holdBack = new HoldBack(process, () => this.changes.note(), log.memoryBytes)
    this.attention = new AttentionTracker({
      kind: process.kind,
      hooksExpected: options.hooksExpected ?? false,
      onChange: () => this.changes.note(),
      tell: (attention) => this.events.emit('attention', { attention }),
    })
    // Before its last bytes are awaited: they say nothing of what is needed any more.
    void process.exited.then(() => this.attention.close())
    this.attachments = new Attachments({
      attached: (attachment) => this.#joined(attachment),
      detached: (attachment, closed) => this.#detached(attachment, closed),
    })
    this.terminal = size ? new Terminal(process, size, (changed) => this.#resized(changed)) : undefined
    if (size) log.resized(size)
    const output = log.stream('pty')
    this.screen = output && size && options.screen ? this.#makeScreen(output, size, options.screen) : undefined
    const { holdBack, events } = this
    this.tees = new Tees({ process, log, holdBack, events, onChange: () => this.changes.note() })
    log.onPublish(() => {
      this.holdBack.review()
      // What was dropped for it moves the start of a stream.
      this.changes.note()
    })
    const data = (stream: OutputStream, bytes: Uint8Array) => {
      this.changes.note()
      log.append(stream, bytes)
      this.attention.output(bytes)
    }
    process.start({ data, end: (stream) => log.end(stream) })
    this.#ending = new SessionEnding(this, options)
    this.ended = this.#ending.ended
  }

  /** What the session's exit will be or was, once the leader was collected. */
  get exit(): Exit | null {
    return this.#ending.exit
  }

  /** The exit as recorded, once `ended` has settled. */
  get exitRecord(): ExitRecord | undefined {
    return this.#ending.exitRecord
  }

  status(): HostStatus {
    return {
      state: this.exit ? 'exited' : 'running',
      pid: this.process.pid,
      size: this.terminal?.size ?? null,
      streams: this.log.extents(),
      attachments: [...this.attachments.list()],
      tees: [...this.tees.list()],
      exit: this.exit,
      logProblem: this.log.problem,
      heldBack: [...this.holdBack.paused],
      attention: this.exit ? null : this.attention.current,
    }
  }

  /**
   * Nobody reads this stream any more: closes its pipe, and whoever writes to it gets SIGPIPE.
   * @throws PerchError `stream-unavailable`, `bad-request` on a PTY
   */
  closeOutput(name: StreamName): void {
    const stream = this.process.streams.find((candidate) => candidate === name)
    if (stream) this.process.closeOutput(stream)
    else throw new PerchError('stream-unavailable', `this session has no ${name} that could be closed`)
  }

  /**
   * What the terminal shows now.
   * @throws PerchError `no-terminal` on a pipe session, `screen-unavailable`
   */
  async shownScreen(colours: boolean): Promise<ScreenText> {
    if (!this.terminal) throw new PerchError('no-terminal', 'this session has pipes, and no screen')
    const text = await this.screen?.text({ colours })
    if (text) return text
    throw new PerchError('screen-unavailable', 'the screen of this session is not kept', {
      hint: 'perch logs shows what it wrote.',
    })
  }

  /** @throws PerchError `no-terminal` on a pipe session */
  resize(size: Size): void {
    if (!this.terminal) throw new PerchError('no-terminal', 'this session has no terminal to resize')
    if (!this.exit) this.terminal.resize(size)
  }

  /**
   * Sends one signal (`SIGINT`, or `INT`).
   * @throws PerchError `bad-signal`, `session-ended`
   */
  signal(name: string, to?: SignalTarget): void {
    this.#ending.signal(name, to)
  }

  /**
   * Ends every process of the session and resolves when the exit is recorded.
   * @throws PerchError `still-running`
   */
  terminate(graceMs: number): Promise<void> {
    return this.#ending.terminate(graceMs)
  }

  /** Settles when no termination is under way: descendants may outlive the session's end for their grace. */
  terminationDone(): Promise<void> {
    return this.#ending.terminationDone()
  }

  #makeScreen(log: StreamLog, size: Size, options: NonNullable<OwnedSessionOptions['screen']>): SessionScreen {
    // The program may end at this moment: then nobody is there to be answered.
    const answer = (text: string) => void this.process.write(Buffer.from(text)).catch(() => undefined)
    return new SessionScreen({ ...options, log, size, answer })
  }

  #resized(size: Size): void {
    this.log.resized(size)
    this.screen?.resized(size)
    this.attention.resized()
    this.events.emit('resized', { size })
  }

  #joined(attachment: Attachment): void {
    // Its terminal has the program draw everything once more.
    if (attachment.mode === 'controller') this.attention.resized()
    this.events.emit('attached', { attachment })
  }

  #detached(attachment: Attachment, { reason, by }: Closed): void {
    this.events.emit(reason === 'stolen' ? 'stolen' : 'detached', { attachment, reason, by })
    // Whoever took it over is there.
    if (attachment.mode === 'controller' && reason !== 'stolen') this.attention.left()
  }
}
