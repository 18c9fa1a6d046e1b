/**
 * What one client is told without having asked for it just then: the events of the session from its subscription on, and
 * that the status has changed. It ends with its owner.
 */
import { FRAME } from '../../api/frames.js'
import type { OwnedSession } from '../session.js'
import type { Connection } from './connection.js'

export class ClientEvents {
  readonly #session: Pick<OwnedSession, 'events' | 'changes'>
  readonly #connection: Pick<Connection, 'send' | 'isBehind' | 'destroy'>
  #unsubscribe: (() => void) | undefined
  #unwatch: (() => void) | undefined

  constructor(session: Pick<OwnedSession, 'events' | 'changes'>, connection: Pick<Connection, 'send' | 'isBehind' | 'destroy'>) {
    this.#session = session
    this.#connection = connection
  }

  get isSubscribed(): boolean {
    return this.#unsubscribe !== undefined
  }

  /** Events from now on, and first those numbered after `since`. Who does not read them is cut off. Again it does nothing. */
  subscribe(since: number | undefined): void {
    this.#unsubscribe ??= this.#session.events.subscribe((event) => {
      if (this.#connection.isBehind) this.#connection.destroy()
      else this.#connection.send(FRAME.event, event)
    }, since)
  }

  /** One `changed` event at the next change of the status. */
  watchStatus(): void {
    this.#unwatch?.()
    this.#unwatch = this.#session.changes.once(() => {
      this.#connection.send(FRAME.event, { type: 'changed', at: new Date().toISOString() })
    })
  }

  close(): void {
    this.#unsubscribe?.()
    this.#unwatch?.()
  }
}
