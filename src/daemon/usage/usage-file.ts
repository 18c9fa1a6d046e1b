/**
 * The usage database while the daemon runs: opened when it is first needed, opened anew when somebody has moved it away, set aside
 * when it turns out to be damaged.
 */
import { inodeOf } from '../../platform/files/inode.js'
import { isSystemError, PerchError } from '../../platform/perch-error.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import { type Database, isDamage, isPassing, usageUnavailable } from './database.js'
import { openUsageDatabase, setAside } from './open-usage-database.js'
import { UsageStore } from './usage-store.js'

export interface UsageFileOptions {
  readonly path: string
  readonly log: DaemonLog
  /** Whether the folder is still the one that was locked. */
  readonly ownsFolder: () => boolean
  /** It was just opened. */
  readonly onOpened: (database: Database) => void
  /** What was in it before is not in it any more. */
  readonly onLost: () => void
}

export class UsageFile {
  readonly #options: UsageFileOptions
  #store: UsageStore | undefined
  #inode: number | undefined
  #isClosed = false

  constructor(options: UsageFileOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#store !== undefined
  }

  /**
   * Does something with the database; once more with a new one where that turns out to be damaged.
   * @throws PerchError `usage-unavailable`, or what the action throws of its own
   */
  use<T>(action: (store: UsageStore) => T): T {
    try {
      return action(this.#opened())
    } catch (error) {
      if (!isDamage(error)) throw this.#failed(error)
      this.#damaged(error)
      this.#closeStore()
      setAside(this.#options.path)
    }
    try {
      return action(this.#opened())
    } catch (error) {
      throw this.#failed(error)
    }
  }

  close(): void {
    this.#isClosed = true
    this.#closeStore()
  }

  #opened(): UsageStore {
    const { path, ownsFolder, onOpened, onLost } = this.#options
    if (this.#isClosed || !ownsFolder()) {
      throw new PerchError('usage-unavailable', 'usage is not kept any more: the daemon ends', { hint: 'Try again.' })
    }
    if (this.#store && inodeOf(path) !== this.#inode) {
      this.#closeStore()
      onLost()
    }
    if (this.#store) return this.#store
    const database = openUsageDatabase(path, (error) => this.#damaged(error))
    this.#inode = inodeOf(path)
    this.#store = new UsageStore(database)
    onOpened(database)
    return this.#store
  }

  #damaged(error: unknown): void {
    this.#options.log.warn('the usage database is damaged and set aside', errorFields(error))
    this.#options.onLost()
  }

  /** What a full disk or another writer is in the way of works again by itself; anything else is begun anew. */
  #failed(error: unknown): unknown {
    // One of the system is of a file that the action has read; the library's own have no call in them.
    if (error instanceof PerchError || isSystemError(error)) return error
    if (!isPassing(error)) this.#closeStore()
    return usageUnavailable(this.#options.path, error)
  }

  #closeStore(): void {
    const store = this.#store
    this.#store = undefined
    try {
      store?.close()
    } catch (error) {
      this.#options.log.warn('the usage database was not closed well', errorFields(error))
    }
  }
}
