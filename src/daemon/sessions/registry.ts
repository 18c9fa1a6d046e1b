/**
 * The index of sessions: which there are, and by which names they go. It is made from the folders at the start and holds
 * nothing that is not there.
 */
import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isFileLockHeld } from '../../platform/files/file-lock.js'
import { type PerchPaths, sessionFolder, sessionSocketPath } from '../../platform/paths.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import { type Reservation, Reservations } from './reservations.js'
import { deleteRemovedFolders, removeSessionFolder, storedSessionIds } from './session-folder.js'
import { resolveReference } from './session-reference.js'
import { type HostEventTaker, TrackedSession } from './tracked-session.js'

export interface RegistryOptions {
  readonly paths: PerchPaths
  readonly log: DaemonLog
  readonly onChange: (session: TrackedSession) => void
  readonly events: HostEventTaker
}

/** A folder without a record is a start that was cut off, unless it is young: its host may be about to write. */
const ABANDONED_AFTER_MS = 60_000

export class SessionRegistry {
  readonly #options: RegistryOptions
  readonly #sessions = new Map<string, TrackedSession>()
  readonly #reservations: Reservations

  constructor(options: RegistryOptions) {
    this.#options = options
    this.#reservations = new Reservations({
      isTaken: (id) => existsSync(sessionFolder(options.paths, id)),
      live: () => this.all().filter(({ live }) => live),
    })
  }

  /** Takes in every session folder that is not known yet. One that is damaged never keeps the others out. */
  adopt(): void {
    const folder = join(this.#options.paths.state, 'sessions')
    for (const left of deleteRemovedFolders(folder)) {
      this.#options.log.warn('what is left of a removed session cannot be deleted', { folder: left })
    }
    for (const id of storedSessionIds(folder)) {
      if (this.#sessions.has(id) || this.#reservations.has(id)) continue
      try {
        this.#adoptOne(id)
      } catch (error) {
        this.#options.log.warn('a session folder cannot be taken in', { session: id, ...errorFields(error) })
      }
    }
  }

  /** Drops sessions that are over and whose folders somebody else removed. Returns them. */
  dropVanished(): readonly TrackedSession[] {
    const vanished = this.all().filter(({ folder, live }) => !live && !existsSync(folder))
    for (const session of vanished) {
      session.close()
      this.#sessions.delete(session.id)
    }
    return vanished
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
    return this.#reservations.reserve(name, maxLive)
  }

  /** @throws PerchError `name-taken` when another live session, or one that is being started, has it */
  requireFree(name: string, { id }: Pick<TrackedSession, 'id'>): void {
    this.#reservations.requireFree(name, id)
  }

  /** Takes in a session whose host just wrote its record. */
  add(id: string): TrackedSession {
    const { paths, onChange, events } = this.#options
    const session = new TrackedSession({
      id,
      folder: sessionFolder(paths, id),
      socketPath: sessionSocketPath(paths, id),
      onChange,
      events,
    })
    this.#sessions.set(id, session)
    return session
  }

  /**
   * Deletes an ended session: its folder, and the socket file if its host left one.
   * @throws the system error when the folder is still there
   */
  remove(session: TrackedSession): void {
    session.close()
    // Listed until it is gone: what cannot be removed is not hidden, and can be asked for again.
    removeSessionFolder(session.folder)
    this.#sessions.delete(session.id)
    rmSync(sessionSocketPath(this.#options.paths, session.id), { force: true })
  }

  #adoptOne(id: string): void {
    const { log } = this.#options
    const session = this.add(id)
    const { problem, hasRecord } = session.files
    if (problem) log.warn('a session record cannot be read', { session: id, problem })
    if (hasRecord) return
    this.#sessions.delete(id)
    if (!isAbandoned(session.folder)) return
    log.info('removing what is left of a start that was cut off', { session: id })
    removeSessionFolder(session.folder)
  }
}

function isAbandoned(folder: string): boolean {
  const ageMs = Date.now() - statSync(folder).mtimeMs
  return ageMs > ABANDONED_AFTER_MS && !isFileLockHeld(join(folder, 'host.lock'))
}
