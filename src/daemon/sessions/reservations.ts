/**
 * Ids and names of sessions that are being started: two starts at once get neither the same id nor the same name, and no
 * more of them than may live.
 */
import { randomBytes } from 'node:crypto'
import { PerchError } from '../../platform/perch-error.js'
import type { Referable } from './session-reference.js'

export interface Reservation extends Disposable {
  readonly id: string
}

export interface ReservationsOptions {
  /** Whether there is or was a session with this id. */
  readonly isTaken: (id: string) => boolean
  readonly live: () => readonly Pick<Referable, 'id' | 'name'>[]
}

export class Reservations {
  readonly #options: ReservationsOptions
  /** The names, by the ids. */
  readonly #reserved = new Map<string, string | undefined>()

  constructor(options: ReservationsOptions) {
    this.#options = options
  }

  has(id: string): boolean {
    return this.#reserved.has(id)
  }

  /**
   * Holds an id, and the name if there is one, until disposed.
   * @throws PerchError `name-taken`, `too-many-sessions`
   */
  reserve(name: string | undefined, maxLive: number): Reservation {
    const live = this.#options.live()
    if (name !== undefined) this.#requireFree(name, live)
    if (live.length + this.#reserved.size >= maxLive) {
      throw new PerchError('too-many-sessions', `${live.length} sessions are running, and max-live is ${maxLive}`, {
        hint: 'End some with perch kill, or raise max-live in config.toml.',
      })
    }
    const id = this.#newId()
    this.#reserved.set(id, name)
    return { id, [Symbol.dispose]: () => this.#reserved.delete(id) }
  }

  /** @throws PerchError `name-taken` when it is another's than this session's */
  requireFree(name: string, except: string): void {
    this.#requireFree(
      name,
      this.#options.live().filter(({ id }) => id !== except),
    )
  }

  #requireFree(name: string, live: readonly Pick<Referable, 'id' | 'name'>[]): void {
    const holder = live.find((session) => session.name === name)
    if (!holder && ![...this.#reserved.values()].includes(name)) return
    throw new PerchError('name-taken', `a session named ${JSON.stringify(name)} is running${holder ? ` (${holder.id})` : ''}`, {
      hint: `Choose another name, or attach to it: perch attach ${name}`,
    })
  }

  #newId(): string {
    for (;;) {
      const id = randomBytes(4).toString('hex')
      if (!this.#reserved.has(id) && !this.#options.isTaken(id)) return id
    }
  }
}
