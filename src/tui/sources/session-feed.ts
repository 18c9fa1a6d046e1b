/**
 * The sessions and profiles as they are, told whenever the daemon's events say that something has changed. It asks nothing
 * while nothing happens, and goes on by itself when the daemon is replaced, killed, or stopped and started again.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type EventLine, isEventGap } from '../../api/event.js'
import type { Session } from '../../api/session.js'
import { isLive } from '../../cli/session-view.js'
import type { PerchClient } from '../../client/perch-client.js'
import { PerchError } from '../../platform/perch-error.js'
import type { Message } from '../model/message.js'
import { PacedCalls } from './paced-calls.js'

/** Of a hundred sessions that all change at once a list each quarter of a second is enough to see. */
const LIST_PAUSE_MS = 250
/** Until a daemon that could not be started is tried for again. */
const RETRY_MS = 2_000
/** Those that ended while somebody looked stay in sight, so many of them. */
const ENDED_KEPT = 50

/** Events that say nothing of profiles. */
const OF_SESSIONS_ONLY = new Set(['attached', 'detached', 'stolen', 'attention', 'renamed', 'tee-missed', 'tee-failed'])

export interface SessionFeedOptions {
  /** Starts a daemon that died, and waits for one that was stopped. */
  readonly client: Pick<PerchClient, 'events'>
  /** Starts none. */
  readonly watcher: Pick<PerchClient, 'listSessions' | 'showSession' | 'listProfiles'>
  readonly tell: (message: Message) => void
  /** Something may have changed: what is known of anything else may be old as well. */
  readonly onChange: () => void
}

export class SessionFeed {
  readonly #options: SessionFeedOptions
  readonly #over = new AbortController()
  readonly #sessions: PacedCalls
  readonly #profiles: PacedCalls
  #known: readonly Session[] = []
  #showsEnded = false
  #isResting = false

  constructor(options: SessionFeedOptions) {
    this.#options = options
    this.#sessions = new PacedCalls({ ask: () => this.#list(), pauseMs: () => LIST_PAUSE_MS })
    this.#profiles = new PacedCalls({ ask: () => this.#listProfiles(), pauseMs: () => LIST_PAUSE_MS })
    void this.#follow()
  }

  /** Nobody looks: nothing is asked until `refresh`. */
  rest(): void {
    this.#isResting = true
  }

  /** Asks for everything now, as after something was done from here. */
  refresh(): void {
    this.#isResting = false
    this.#sessions.want()
    this.#profiles.want()
    this.#options.onChange()
  }

  /** Also those that had ended before. */
  showEnded(showsEnded: boolean): void {
    this.#showsEnded = showsEnded
    if (!showsEnded) this.#known = this.#known.filter(isLive)
    this.#sessions.want()
  }

  close(): void {
    this.#over.abort()
    this.#sessions.close()
    this.#profiles.close()
  }

  async #follow(): Promise<void> {
    const { client, tell } = this.#options
    const { signal } = this.#over
    while (!signal.aborted) {
      try {
        const events = client.events({
          signal,
          onDaemonStopped: () => tell({ type: 'connection', connection: 'stopped' }),
          onConnection: (isConnected) => {
            tell({ type: 'connection', connection: isConnected ? 'live' : 'lost' })
            if (isConnected && !this.#isResting) this.refresh()
          },
        })
        for await (const line of events) this.#take(line)
      } catch (error) {
        if (signal.aborted) return
        tell({ type: 'connection', connection: 'lost' })
        // What cannot get better by waiting is said as it is.
        if (error instanceof PerchError && error.code !== 'daemon-unreachable') {
          tell({ type: 'notice', text: error.message, isProblem: true })
        }
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  #take(line: EventLine): void {
    if (this.#isResting) return
    this.#sessions.want()
    if (isEventGap(line) || !OF_SESSIONS_ONLY.has(line.type)) this.#profiles.want()
    this.#options.onChange()
  }

  async #list(): Promise<void> {
    const { watcher, tell } = this.#options
    try {
      const all = this.#showsEnded
      const { sessions } = await watcher.listSessions({ all })
      const listed = all ? sessions : [...sessions, ...(await this.#endedSince(sessions))]
      this.#known = listed
      tell({ type: 'sessions', sessions: listed })
    } catch {
      // The stream of events tells of a daemon that is gone, and has the list asked for again.
    }
  }

  /** What had been listed before and has ended since, as it ended; not what was removed. */
  async #endedSince(live: readonly Session[]): Promise<readonly Session[]> {
    const ids = new Set(live.map(({ id }) => id))
    const missing = this.#known.filter(({ id }) => !ids.has(id)).slice(0, ENDED_KEPT)
    const shown = await Promise.all(missing.map(({ id }) => this.#show(id)))
    return shown.filter((session) => session !== undefined)
  }

  async #show(id: string): Promise<Session | undefined> {
    try {
      return (await this.#options.watcher.showSession(id)).session
    } catch (error) {
      if (error instanceof PerchError && error.code === 'session-not-found') return undefined
      throw error
    }
  }

  async #listProfiles(): Promise<void> {
    const { watcher, tell } = this.#options
    try {
      tell({ type: 'profiles', profiles: (await watcher.listProfiles()).profiles })
    } catch {
      // As above.
    }
  }
}
