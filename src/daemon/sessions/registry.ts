/**
 * The index of sessions: which there are, by which names they go, and which names are being taken right now. It is made
 * from the folders at the start and holds nothing that is not there.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isFileLockHeld } from '../../platform/files/file-lock.js'
import { type PerchPaths, sessionFolder, sessionSocketPath } from '../../platform/paths.js'
import { PerchError } from '../../platform/perch-error.js'
import type { DaemonLog } from '../daemon-log.js'
import { resolveReference } from './session-reference.js'
import { storedSessionIds } from './stored-session.js'
import { TrackedSession } from './tracked-session.js'

export interface RegistryOptions {
  readonly paths: PerchPaths
  readonly log: DaemonLog
  readonly onChange: (session: TrackedSession) => void
}

export interface Reservation extends Disposable {
  readonly id: string
}

/** A folder without a record is a start that was cut off, unless it is young: its host may be about to write. */
const ABANDONED_AFTER_MS = 60_000

export class SessionRegistry {
  readonly #options: RegistryOptions
  readonly #sessions = new Map<string, TrackedSession>()
  /** The names of sessions that are being started, by their ids. */
  readonly #reserved = new Map<string, string | undefined>()

  constructor(options: RegistryOptions) {
    this.#options = options
  }

  /** Takes in every session folder that is not known yet. One that is damaged never keeps the others out. */
  adopt(): void {
    for (const id of storedSessionIds(join(this.#options.paths.state, 'sessions'))) {
      if (!this.#sessions.has(id) && !this.#reserved.has(id)) this.#adoptOne(id)
    }
  }

  all(): readonly TrackedSession[] {
    return [...this.#sessions.values()]
  }

  get(id: string): TrackedSession | undefined {
    return this.#sessions.get(id)
  }

  /** @throws PerchError `session-not-found`, `ambiguous-session` */
  find(reference: string): TrackedSession {
    return resolveReference(reference, this.all())
  }

  /**
   * Holds an id, and the name if there is one, for a session that is being started, until disposed.
   * @throws PerchError `name-taken`, `too-many-sessions`
   */
  reserve(name: string | undefined, maxLive: number): Reservation {
    const live = this.all().filter((session) => session.live)
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

  /** Takes in a session whose host just wrote its record. */
  add(id: string): TrackedSession {
    const { paths, onChange } = this.#options
    const session = new TrackedSession({
      id,
      folder: sessionFolder(paths, id),
      socketPath: sessionSocketPath(paths, id),
      onChange,
    })
    this.#sessions.set(id, session)
    return session
  }

  /** Deletes an ended session: its folder, and the socket file if its host left one. */
  remove(session: TrackedSession): void {
    session.close()
    this.#sessions.delete(session.id)
    rmSync(session.folder, { recursive: true, force: true })
    rmSync(sessionSocketPath(this.#options.paths, session.id), { force: true })
  }

  #requireFree(name: string, live: readonly TrackedSession[]): void {
    const holder = live.find((session) => session.name === name)
    if (!holder && ![...this.#reserved.values()].includes(name)) return
    throw new PerchError('name-taken', `a session named ${JSON.stringify(name)} is running${holder ? ` (${holder.id})` : ''}`, {
      hint: `Choose another name, or attach to it: perch attach ${name}`,
    })
  }

  #newId(): string {
    for (;;) {
      const id = randomBytes(4).toString('hex')
      if (!this.#reserved.has(id) && !existsSync(sessionFolder(this.#options.paths, id))) return id
    }
  }

  #adoptOne(id: string): void {
    const { log } = this.#options
    const session = this.add(id)
    if (session.problem) log.warn('a session record cannot be read', { session: id, problem: session.problem })
    if (session.hasRecord) return
    this.#sessions.delete(id)
    if (!isAbandoned(session.folder)) return
    log.info('removing what is left of a start that was cut off', { session: id })
    rmSync(session.folder, { recursive: true, force: true })
  }
}

function isAbandoned(folder: string): boolean {
  const ageMs = Date.now() - statSync(folder).mtimeMs
  return ageMs > ABANDONED_AFTER_MS && !isFileLockHeld(join(folder, 'host.lock'))
}
