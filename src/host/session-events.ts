/** What happens to a session, told to whoever subscribed: the daemon, clients that asked, attachments (sizes). */
import type { HostEvent } from '../api/host-protocol.js'

export type EventType = 'attached' | 'detached' | 'stolen' | 'resized' | 'log-problem' | 'exited'

export class SessionEvents {
  readonly #listeners = new Set<(event: HostEvent) => void>()

  /** Calls `listener` for every event from now on. Returns the way to stop that. */
  subscribe(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(type: EventType, details: Readonly<Record<string, unknown>>): void {
    const event: HostEvent = { type, at: new Date().toISOString(), ...details }
    for (const listener of [...this.#listeners]) listener(event)
  }
}
