/** What hosts have told and the journal has not: kept in memory, in order, until it can be written. */
import type { NumberedEvent } from '../../host/event-file.js'

/** Of one session: as many as its host remembers. Older ones are in the session's folder, or are counted as missed. */
const WAITING_EVENTS_LIMIT = 1_000

export class WaitingEvents {
  readonly #events = new Map<string, NumberedEvent[]>()

  has(session: string): boolean {
    return this.#events.has(session)
  }

  /** The number of the last one; 0 when none waits. */
  lastNumber(session: string): number {
    return this.#events.get(session)?.at(-1)?.number ?? 0
  }

  add(session: string, event: NumberedEvent): void {
    const waiting = this.#events.get(session) ?? []
    waiting.push(event)
    if (waiting.length > WAITING_EVENTS_LIMIT) waiting.shift()
    this.#events.set(session, waiting)
  }

  /** Hands over one after the other, and drops each that `tell` has taken. Whether none is left. */
  handOver(session: string, tell: (event: NumberedEvent) => boolean): boolean {
    const waiting = this.#events.get(session) ?? []
    for (let event = waiting[0]; event; event = waiting[0]) {
      if (!tell(event)) return false
      waiting.shift()
    }
    this.drop(session)
    return true
  }

  drop(session: string): void {
    this.#events.delete(session)
  }
}
