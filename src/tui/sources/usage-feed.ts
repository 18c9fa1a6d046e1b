/**
 * What accounts have left and what sessions cost, asked again after something happened: soon after an event, and now and then
 * while sessions write. Never while nothing goes on.
 */
import type { UsageReply } from '../../api/usage.js'
import type { Message } from '../model/message.js'
import { PacedCalls } from './paced-calls.js'

/** Gives undefined where nothing is known of usage. */
export type AskUsage = () => Promise<UsageReply | undefined>

/** Numbers of an account change slowly. */
const PAUSE_MS = 30_000
/** After an event: a turn is over, and has cost something. */
const EVENT_PAUSE_MS = 3_000

export class UsageFeed {
  readonly #soon: PacedCalls
  readonly #sometimes: PacedCalls

  constructor(ask: AskUsage, tell: (message: Message) => void) {
    const askAndTell = async () => {
      const usage = await ask().catch(() => undefined)
      if (usage) tell({ type: 'usage', usage })
    }
    this.#soon = new PacedCalls({ ask: askAndTell, pauseMs: () => EVENT_PAUSE_MS })
    this.#sometimes = new PacedCalls({ ask: async () => this.#soon.want(), pauseMs: () => PAUSE_MS })
  }

  /** Something has happened to a session. */
  afterEvent(): void {
    this.#soon.want()
  }

  /** A session has written something. */
  afterOutput(): void {
    this.#sometimes.want()
  }

  close(): void {
    this.#soon.close()
    this.#sometimes.close()
  }
}
