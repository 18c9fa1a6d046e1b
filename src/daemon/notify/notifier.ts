/**
 * Tells a person that a session needs them: once for each time it does, when that has lasted a moment, and not while somebody looks
 * at it. It looks at the session's present state and not at the event that made it look, so a daemon that died in between, or
 * heard of ten changes at once, comes to the same.
 */
import type { Session } from '../../api/session.js'
import { notifiedPath, type PerchPaths } from '../../platform/paths.js'
import { messageOf } from '../../platform/perch-error.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import type { LimitWarning } from '../usage/limit-warnings.js'
import { desktopCommand } from './desktop-command.js'
import { dueNotification, SETTLED_MS } from './due-notification.js'
import {
  type NotificationTexts,
  nearLimitTexts,
  nearLimitVariables,
  notificationTexts,
  notificationVariables,
} from './notification.js'
import { type NotifyConfig, readNotifyConfig } from './notify-config.js'
import { runCommand } from './run-command.js'
import { ToldFile } from './told-file.js'

/** What the notifier asks of a session. */
export interface NotifiableSession {
  readonly id: string
  readonly live: boolean
  view(): Promise<Session>
}

export interface NotifierOptions {
  readonly paths: PerchPaths
  readonly log: DaemonLog
  readonly isKnown: (session: string) => boolean
}

/** However many sessions need somebody at once. */
const COMMANDS_AT_ONCE = 4

export class Notifier {
  readonly #options: NotifierOptions
  readonly #told: ToldFile
  /** Sessions that are looked at soon. */
  readonly #soon = new Map<string, NodeJS.Timeout>()
  /** Sessions that somebody is being told of; true where there may be more to tell by now. */
  readonly #telling = new Map<string, boolean>()
  #running = 0
  readonly #waiting: (() => void)[] = []
  /** What failed last time, so that it is logged once. */
  readonly #failing = new Set<string>()
  #isClosed = false

  constructor(options: NotifierOptions) {
    this.#options = options
    this.#told = new ToldFile(notifiedPath(options.paths), options.log)
  }

  /** The session may need somebody: its host says that something has changed, or a daemon has just begun. */
  consider(session: NotifiableSession): void {
    this.#lookIn(session, SETTLED_MS)
  }

  /** An allowance is nearly used up; whoever tells this tells it once. */
  tellNearLimit(near: LimitWarning): void {
    const config = this.#isClosed ? undefined : this.#config()
    if (!config?.when.includes('usage-warning')) return
    this.#show(nearLimitVariables(near), nearLimitTexts(near), config).catch((error) => this.#fail('a limit', error))
  }

  /** Nobody is told of anything any more. */
  close(): void {
    this.#isClosed = true
    for (const timer of this.#soon.values()) clearTimeout(timer)
  }

  #lookIn(session: NotifiableSession, ms: number): void {
    if (this.#isClosed || this.#soon.has(session.id)) return
    const look = () => {
      this.#soon.delete(session.id)
      this.#look(session).catch((error) => this.#fail('looking', error))
    }
    this.#soon.set(session.id, setTimeout(look, ms))
  }

  async #look(session: NotifiableSession): Promise<void> {
    const { id } = session
    if (this.#isLookedAtLater(id)) return
    const config = this.#config()
    if (config === undefined || !session.live) return
    const view = await session.view()
    if (this.#isClosed || this.#isLookedAtLater(id)) return
    const due = dueNotification(view, { when: config.when, told: this.#told.since(id), nowMs: Date.now() })
    if (due.kind === 'later') this.#lookIn(session, due.inMs)
    if (due.kind !== 'tell' && due.kind !== 'known') return
    // First: a daemon that is killed now has told nobody, which is better than telling everybody twice.
    this.#told.note(id, due.since, this.#options.isKnown)
    if (due.kind === 'tell') await this.#tell(session, view, config)
  }

  /** Somebody is being told of it at this moment; it is looked at again after that. */
  #isLookedAtLater(id: string): boolean {
    if (!this.#telling.has(id)) return false
    this.#telling.set(id, true)
    return true
  }

  async #tell(session: NotifiableSession, view: Session, config: NotifyConfig): Promise<void> {
    const { id } = session
    this.#telling.set(id, false)
    try {
      await this.#show(notificationVariables(view), notificationTexts(view), config)
    } finally {
      const isMore = this.#telling.get(id) === true
      this.#telling.delete(id)
      if (isMore) this.#lookIn(session, 0)
    }
  }

  async #show(
    variables: Readonly<Record<string, string>>,
    texts: NotificationTexts,
    { command, desktop }: NotifyConfig,
  ): Promise<void> {
    await Promise.all([
      this.#run('the command of [notify]', command, variables),
      this.#run('the notification on the desktop', (desktop && desktopCommand(texts, process.env)) || null, variables),
    ])
  }

  async #run(what: string, command: NotifyConfig['command'], variables: Readonly<Record<string, string>>): Promise<void> {
    if (command === null) return
    if (this.#running >= COMMANDS_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#running += 1
    try {
      const problem = await runCommand(command, variables)
      if (problem === undefined) this.#failing.delete(what)
      else this.#fail(what, problem)
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  /** Undefined where it cannot be used; then nobody is told of anything until it is mended. */
  #config(): NotifyConfig | undefined {
    try {
      const config = readNotifyConfig(this.#options.paths)
      this.#failing.delete('config')
      return config
    } catch (error) {
      this.#fail('config', error)
      return undefined
    }
  }

  /** The log tells it when it fails for the first time, and again after it has worked. */
  #fail(what: string, problem: unknown): void {
    if (this.#failing.has(what)) return
    this.#failing.add(what)
    const fields = problem instanceof Error ? errorFields(problem) : { error: messageOf(problem) }
    this.#options.log.warn('nobody could be notified', { of: what, ...fields })
  }
}
