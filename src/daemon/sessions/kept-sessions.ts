/**
 * Removes ended sessions that are past their keeping, by the person's limits of days and number. Once for however many
 * sessions end in one turn; a config that cannot be read removes nothing.
 */
import type { PerchPaths } from '../../platform/paths.js'
import { readDaemonConfig } from '../config.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import { pastRetention } from './retention.js'
import type { TrackedSession } from './tracked-session.js'

export interface KeptSessionsOptions {
  readonly paths: PerchPaths
  readonly log: DaemonLog
  readonly all: () => readonly TrackedSession[]
  readonly remove: (session: TrackedSession) => void
}

export class KeptSessions {
  readonly #options: KeptSessionsOptions
  #soon: NodeJS.Immediate | undefined

  constructor(options: KeptSessionsOptions) {
    this.#options = options
  }

  pruneSoon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined
      this.prune()
    })
  }

  prune(): void {
    const { paths, log, all } = this.#options
    try {
      const ended = new Map(all().flatMap((session) => (session.exit && !session.live ? [[session.id, session] as const] : [])))
      if (ended.size === 0) return
      const dated = [...ended].map(([id, { exit }]) => ({ id, endedAt: exit?.endedAt ?? '' }))
      for (const id of pastRetention(dated, readDaemonConfig(paths), Date.now())) {
        const session = ended.get(id)
        if (session) this.#remove(session)
      }
    } catch (error) {
      log.warn('ended sessions were not pruned', errorFields(error))
    }
  }

  /** One that cannot be removed keeps no other. */
  #remove(session: TrackedSession): void {
    const { log, remove } = this.#options
    try {
      remove(session)
      log.info('removed a session past its keeping', { session: session.id })
    } catch (error) {
      log.warn('a session past its keeping cannot be removed', { session: session.id, ...errorFields(error) })
    }
  }

  /** Nothing is removed any more. */
  close(): void {
    clearImmediate(this.#soon)
  }
}
