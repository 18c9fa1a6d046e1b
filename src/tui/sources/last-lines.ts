/**
 * The last line of each session that is in sight. Its host tells when something has changed (`watch`), and only then is it asked
 * for more, at most so often and a few hosts at a time: idle sessions cost nothing, and a flood is looked at now and then.
 */
import type { Session } from '../../api/session.js'
import { isLive } from '../../cli/session-view.js'
import type { Message } from '../model/message.js'
import { type GlanceOptions, HostGlance } from './host-glance.js'

/** At the same time: each makes a host draw a screen. */
const GLANCES_AT_ONCE = 3

export interface LastLinesOptions {
  /** Where the host of a session listens, most likely first. */
  readonly socketsOf: GlanceOptions['socketsOf']
  readonly tell: (message: Message) => void
  /** Something was written by one of them. */
  readonly onOutput: () => void
}

export class LastLines {
  readonly #options: LastLinesOptions
  readonly #glances = new Map<string, HostGlance>()
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(options: LastLinesOptions) {
    this.#options = options
  }

  /** These are in sight from now on, and no others. */
  show(sessions: readonly Session[]): void {
    const live = sessions.filter(isLive)
    const ids = new Set(live.map(({ id }) => id))
    for (const [id, glance] of this.#glances) {
      if (ids.has(id)) continue
      glance.close()
      this.#glances.delete(id)
    }
    for (const session of live) if (!this.#glances.has(session.id)) this.#glances.set(session.id, this.#glance(session))
  }

  close(): void {
    this.show([])
  }

  #glance({ id, kind }: Session): HostGlance {
    return new HostGlance({
      session: id,
      isTerminal: kind === 'pty',
      socketsOf: this.#options.socketsOf,
      turn: (task) => this.#inTurn(task),
      tell: (line) => {
        this.#options.tell({ type: 'last-line', session: id, line })
        this.#options.onOutput()
      },
    })
  }

  async #inTurn(task: () => Promise<void>): Promise<void> {
    if (this.#running >= GLANCES_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#running += 1
    try {
      await task()
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }
}
