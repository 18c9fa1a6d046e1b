/**
 * Usage follows the names of profiles: each change is noted in the database before it is made and settled after it, so that a daemon
 * that dies in between is made up for; and what changes while the database does not work is made up for once it does.
 */
import type { PerchError } from '../../platform/perch-error.js'
import type { Database } from './database.js'
import { problemOf } from './problem-of.js'
import { noteProfileChange, settleProfileChanges } from './profile-names.js'

export interface FollowedProfilesOptions {
  /** Asks the database. @throws PerchError `usage-unavailable` */
  readonly ask: (question: (database: Database) => void) => void
  /** Whether there is any usage that could follow. */
  readonly isKept: () => boolean
  readonly profileExists: (name: string) => boolean
}

export class FollowedProfiles {
  readonly #options: FollowedProfilesOptions
  /** Names that were changed while the database did not work. */
  readonly #late: { readonly profile: string; readonly to: string | null }[] = []

  constructor(options: FollowedProfilesOptions) {
    this.#options = options
  }

  /** Around the change of a profile's name; `to` is null for a removal. */
  async around<T>(profile: string, to: string | null, change: () => Promise<T>): Promise<T> {
    const { ask, isKept } = this.#options
    if (!isKept()) return change()
    const problem = problemOf(() => ask((database) => noteProfileChange(database, profile, to)))
    try {
      const changed = await change()
      if (problem) this.#late.push({ profile, to })
      return changed
    } finally {
      if (!problem) problemOf(() => ask((database) => this.settle(database)))
    }
  }

  /** What was noted and may have happened. */
  settle(database: Database): void {
    settleProfileChanges(database, this.#options.profileExists)
  }

  /** Makes up for what could not be noted; returns why that still cannot be done. */
  catchUp(): PerchError | undefined {
    for (let next = this.#late[0]; next !== undefined; next = this.#late[0]) {
      const { profile, to } = next
      const problem = problemOf(() =>
        this.#options.ask((database) => {
          noteProfileChange(database, profile, to)
          this.settle(database)
        }),
      )
      if (problem) return problem
      this.#late.shift()
    }
    return undefined
  }
}
