/**
 * What happens to a session, told to whoever subscribed: the daemon, clients that asked, attachments (sizes). What must not
 * be lost while the daemon is away is numbered, recorded, and told again to a subscriber that says how far it has come.
 */
import type { HostEvent } from '../api/host-protocol.js'
import type { NumberedEvent } from './event-file.js'

export type HostEventType =
  | 'attached'
  | 'detached'
  | 'stolen'
  | 'resized'
  | 'tee-missed'
  | 'tee-failed'
  | 'log-problem'
  /** Only a hint to look: usage was written down (`signals.jsonl`). */
  | 'signals'
  /** Whether the session needs somebody has changed. */
  | 'attention'
  /** Only a hint to look: the end itself is in the exit record. */
  | 'exited'

const NUMBERED: ReadonlySet<HostEventType> = new Set([
  'attached',
  'detached',
  'stolen',
  'tee-missed',
  'tee-failed',
  'log-problem',
  'attention',
])

/** Told again from memory, also when the disk took none of them: hundreds of clients that came and went without a daemon. */
const REMEMBERED_EVENTS = 1_000

export class SessionEvents {
  readonly #record: ((event: NumberedEvent) => void) | undefined
  readonly #listeners = new Set<(event: HostEvent) => void>()
  readonly #remembered: NumberedEvent[] = []
  #lastNumber = 0
  #isSealed = false

  /** `record` makes a numbered event durable before anybody is told of it. Must not throw. */
  constructor(record?: (event: NumberedEvent) => void) {
    this.#record = record
  }

  /**
   * Calls `listener` for every event from now on, and first for those remembered that were numbered after `since`, where
   * that is given. Returns the way to stop that.
   */
  subscribe(listener: (event: HostEvent) => void, since = Number.POSITIVE_INFINITY): () => void {
    for (const event of this.#remembered) if (event.number > since) listener(event)
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(type: HostEventType, details: Readonly<Record<string, unknown>>): void {
    const event = this.#numbered(type, { type, at: new Date().toISOString(), ...details })
    for (const listener of [...this.#listeners]) listener(event)
  }

  /** The exit is about to be recorded: nothing that happens to the session's clients from now on is history. */
  seal(): void {
    this.#isSealed = true
  }

  #numbered(type: HostEventType, event: HostEvent): HostEvent {
    if (this.#isSealed || !NUMBERED.has(type)) return event
    this.#lastNumber += 1
    const numbered = { ...event, number: this.#lastNumber }
    this.#remembered.push(numbered)
    if (this.#remembered.length > REMEMBERED_EVENTS) this.#remembered.shift()
    this.#record?.(numbered)
    return numbered
  }
}
