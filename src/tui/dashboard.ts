/**
 * The live dashboard: brings together what happens (keys, the daemon's events, hosts), the state that this makes, and the screen
 * that shows it; and does what the state asks for. It leaves the terminal as it was, whatever ends it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from '../api/session.js'
import { sessionSocketPath } from '../platform/paths.js'
import { messageOf, PerchError } from '../platform/perch-error.js'
import type { DashboardOptions } from './dashboard-options.js'
import { onEndingSignal, stopJob } from './leaving.js'
import type { AttachHow, Effect, Message } from './model/message.js'
import { shownSessions } from './model/shown-sessions.js'
import { type DashboardState, initialState } from './model/state.js'
import { update } from './model/update.js'
import { killSession, removeSession, renameSession, sendLine } from './session-actions.js'
import { ShownScreen } from './shown-screen.js'
import { LastLines } from './sources/last-lines.js'
import { SessionFeed } from './sources/session-feed.js'
import { UsageFeed } from './sources/usage-feed.js'

/** Of a terminal that does not know its size. */
const DEFAULT_SIZE = { cols: 80, rows: 24 } as const
const SIGHUP_EXIT_CODE = 129
/** Longer than leaving a session takes (1 s for a terminal that takes nothing); one that waits for a key is not waited for. */
const ERRAND_TIMEOUT_MS = 2_000

/**
 * Shows the dashboard until somebody leaves it. Resolves with the exit code.
 * @throws PerchError `no-terminal`
 */
export async function runDashboard(options: DashboardOptions): Promise<number> {
  const dashboard = new Dashboard(options)
  const stopSignals = onEndingSignal(
    () => dashboard.isShown,
    (exitCode) => dashboard.end(exitCode),
  )
  const suspend = () => dashboard.suspend()
  const resume = () => dashboard.resume()
  process.on('SIGTSTP', suspend)
  process.on('SIGCONT', resume)
  try {
    dashboard.show()
    return await dashboard.ended
  } finally {
    process.off('SIGTSTP', suspend)
    process.off('SIGCONT', resume)
    stopSignals()
    await dashboard.close()
  }
}

class Dashboard {
  readonly ended: Promise<number>
  readonly #options: DashboardOptions
  readonly #sessions: SessionFeed
  readonly #lastLines: LastLines
  readonly #usage: UsageFeed
  #resolveEnded: (exitCode: number) => void = () => undefined
  #state: DashboardState = initialState(DEFAULT_SIZE)
  #screen: ShownScreen | undefined
  /** What has the terminal in the meantime. */
  #errand: Promise<void> = Promise.resolve()
  #isOver = false
  /** It stops by itself, and comes back by itself. */
  #isSuspended = false

  constructor(options: DashboardOptions) {
    this.#options = options
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    const tell = (message: Message) => this.#tell(message)
    this.#usage = new UsageFeed(options.askUsage, tell)
    this.#sessions = new SessionFeed({ ...options, tell, onChange: () => this.#usage.afterEvent() })
    this.#lastLines = new LastLines({
      socketsOf: (session) => this.#socketsOf(session),
      tell,
      onOutput: () => this.#usage.afterOutput(),
    })
  }

  get isShown(): boolean {
    return this.#screen !== undefined
  }

  show(): void {
    if (this.#isOver) return
    this.#screen = new ShownScreen({
      ...this.#options,
      state: () => this.#state,
      tell: (message) => this.#tell(message),
      onGone: () => this.end(SIGHUP_EXIT_CODE),
    })
    this.#changed()
  }

  /** By whatever: the first code counts. */
  end(exitCode: number): void {
    this.#isOver = true
    this.#resolveEnded(exitCode)
  }

  suspend(): void {
    this.#away(async () => {
      const listeners = process.listeners('SIGTSTP')
      process.removeAllListeners('SIGTSTP')
      this.#isSuspended = true
      stopJob()
      for (const listener of listeners) process.on('SIGTSTP', listener)
    })
  }

  /** After something else has stopped it (SIGSTOP): the shell had the terminal meanwhile, and has its own modes and text on it. */
  resume(): void {
    if (!this.#isSuspended) this.#away(async () => undefined)
    this.#isSuspended = false
  }

  async close(): Promise<void> {
    this.#isOver = true
    this.#sessions.close()
    this.#lastLines.close()
    this.#usage.close()
    await this.#screen?.leave()
    // A session that is shown has heard the same signal, and gives the terminal back.
    await Promise.race([this.#errand, sleep(ERRAND_TIMEOUT_MS, undefined, { ref: false })])
  }

  #tell(message: Message): void {
    const { state, effects } = update(this.#state, message)
    const isSame = state === this.#state
    this.#state = state
    if (!isSame) this.#changed()
    for (const effect of effects) this.#perform(effect)
  }

  #changed(): void {
    if (!this.#screen || this.#isOver) return
    this.#lastLines.show(shownSessions(this.#state).shown)
    this.#screen.wake()
  }

  #perform(effect: Effect): void {
    const { client } = this.#options
    switch (effect.type) {
      case 'quit':
        this.end(0)
        break
      case 'suspend':
        this.suspend()
        break
      case 'redraw':
        this.#screen?.redraw()
        break
      case 'ring':
        if (this.#options.rings) this.#screen?.ring()
        break
      case 'list':
        this.#sessions.showEnded(effect.showsEnded)
        break
      case 'attach':
        this.#attach(effect.session, effect.how)
        break
      case 'send':
        this.#say(sendLine(client, effect.session, effect.text))
        break
      case 'kill':
        this.#say(killSession(client, effect.session))
        break
      case 'remove':
        this.#say(removeSession(client, effect.session))
        break
      case 'rename':
        this.#say(renameSession(client, effect.session, effect.name))
        break
      case 'start':
        this.#start(effect.profile)
        break
    }
  }

  #start(profile: string): void {
    this.#options.start(profile, this.#state.size).then(
      ({ session, notices }) => {
        this.#tell({ type: 'started', session })
        if (notices.length > 0) this.#tell({ type: 'notice', text: notices.join(' '), isProblem: false })
      },
      (error: unknown) => this.#tellProblem(error),
    )
  }

  #attach(id: string, how: AttachHow): void {
    const session = this.#state.sessions?.find((one) => one.id === id)
    if (session) this.#away(() => this.#attached(session, how))
  }

  async #attached(session: Session, how: AttachHow): Promise<void> {
    try {
      const said = await this.#options.attach(session, how)
      if (said !== undefined) this.#tell({ type: 'notice', text: said, isProblem: false })
    } catch (error) {
      const isTaken = error instanceof PerchError && error.code === 'already-attached' && how === 'controller'
      if (isTaken) this.#tell({ type: 'taken', session: session.id })
      else this.#tellProblem(error)
    }
  }

  /** Does something that needs the terminal for itself, and comes back. */
  #away(task: () => Promise<void>): void {
    const screen = this.#screen
    if (!screen) return
    this.#screen = undefined
    this.#lastLines.close()
    this.#sessions.rest()
    this.#errand = screen
      .leave()
      .then(task)
      .then(() => this.show())
      .then(() => this.#sessions.refresh())
      // Without a terminal to come back to there is nothing left to do.
      .catch(() => this.end(SIGHUP_EXIT_CODE))
  }

  #say(done: Promise<string>): void {
    done.then(
      (text) => this.#tell({ type: 'notice', text, isProblem: false }),
      (error: unknown) => this.#tellProblem(error),
    )
  }

  #tellProblem(error: unknown): void {
    const hint = error instanceof PerchError && error.hint ? ` (${error.hint})` : ''
    this.#tell({ type: 'notice', text: `${messageOf(error)}${hint}`, isProblem: true })
  }

  async *#socketsOf(session: string): AsyncGenerator<string, void, void> {
    // As `perch attach`: known without asking, unless the daemon has another XDG_RUNTIME_DIR.
    yield sessionSocketPath(this.#options.paths, session)
    const { socket } = await this.#options.watcher.endpoint(session)
    if (socket !== null) yield socket
  }
}
