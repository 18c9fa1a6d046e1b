/**
 * Usage, as the daemon keeps it: reads what the hosts of sessions wrote down and takes it over into the database, which is opened
 * when there is something to write or to answer. Where the database does not work, sessions, sync and everything else go on
 * without it; the signals wait in the folders of their sessions.
 */
import { existsSync } from 'node:fs'
import type { SessionRecord } from '../../api/session-record.js'
import type { UsageImport } from '../../api/usage.js'
import { readSignalFiles } from '../../host/signals/signal-file.js'
import { type PerchPaths, usageDatabasePath } from '../../platform/paths.js'
import type { PerchError } from '../../platform/perch-error.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import { compact } from './compaction.js'
import type { Database } from './database.js'
import { FollowedProfiles } from './followed-profiles.js'
import { HeldReadings, type Reading } from './held-readings.js'
import type { KnownSessions } from './import/count-requests.js'
import { importTranscripts } from './import/import-transcripts.js'
import type { TranscriptFolder } from './import/transcript-files.js'
import { damagedPath } from './open-usage-database.js'
import { problemOf } from './problem-of.js'
import { signalFilesState } from './signal-files-state.js'
import { UsageFile } from './usage-file.js'
import type { TakenOver, UsageSource } from './usage-store.js'

/** What of a session usage is read from. */
export interface SignallingSession {
  readonly id: string
  readonly folder: string
  /** Undefined when it cannot be read: then nobody knows whose usage it is. */
  readonly record: SessionRecord | undefined
}

export interface UsageLedgerOptions {
  readonly paths: PerchPaths
  readonly log: DaemonLog
  /** Whether the state folder is still the one that was locked. */
  readonly ownsFolder: () => boolean
  readonly profileExists: (name: string) => boolean
  /** Something new was heard of what the profile's account has left. */
  readonly onWindows: (profile: string) => void
  /** The database was opened, or some time has passed: what was noted in it and not told yet can be told now. */
  readonly onPass: () => void
}

/** Hosts announce each export of an agent, a few a second at most; they are taken over together. */
const SOON_MS = 250
/** While the database does not work: who waits for another writer (two seconds) does nothing else in the meantime. */
const LATER_MS = 10_000

const UNAVAILABLE = 'usage-unavailable'

const COMPACT_EVERY_MS = 86_400_000

export class UsageLedger {
  readonly #options: UsageLedgerOptions
  readonly #path: string
  readonly #file: UsageFile
  /** How the files of each session looked when they were last taken over. */
  readonly #states = new Map<string, string>()
  readonly #waiting = new Map<string, SignallingSession>()
  readonly #held: HeldReadings
  readonly #profiles: FollowedProfiles
  #soon: NodeJS.Timeout | undefined
  #problem: PerchError | undefined
  #importing: Promise<UsageImport> | undefined
  #compactedAt = 0
  #isClosed = false

  constructor(options: UsageLedgerOptions) {
    this.#options = options
    this.#path = usageDatabasePath(options.paths)
    this.#held = new HeldReadings(options.log)
    this.#profiles = new FollowedProfiles({
      ask: (question) => this.ask(question),
      // Where there was never any usage, none is to follow.
      isKept: () => this.#file.isOpen || existsSync(this.#path),
      profileExists: options.profileExists,
    })
    this.#file = new UsageFile({
      path: this.#path,
      log: options.log,
      ownsFolder: options.ownsFolder,
      onOpened: (database) => {
        this.#profiles.settle(database)
        setImmediate(() => this.#isClosed || options.onPass())
      },
      onLost: () => this.#states.clear(),
    })
  }

  /** The session's host has written something down. */
  takeOverSoon(session: SignallingSession): void {
    if (this.#isClosed) return
    this.#waiting.set(session.id, session)
    const delayMs = this.#problem?.code === UNAVAILABLE ? LATER_MS : SOON_MS
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined
      const sessions = [...this.#waiting.values()]
      this.#waiting.clear()
      this.takeOver(sessions)
    }, delayMs)
  }

  /** Takes over what there is to be read of these. One that cannot be taken over keeps no other, and is tried again. */
  takeOver(sessions: readonly SignallingSession[]): void {
    if (this.#isClosed) return
    let problem = this.#profiles.catchUp()
    for (const reading of this.#held.takeAll()) {
      problem ??= problemOf(() => this.#write(reading))
      if (problem) this.#held.hold(reading)
    }
    for (const session of sessions) {
      // With one the database does not work, it works with none; a folder that cannot be read is that session's own trouble.
      if (problem?.code === UNAVAILABLE) break
      problem = problemOf(() => this.#read(session)) ?? problem
    }
    this.#say(problem)
  }

  /** From time to time, with all sessions: what could not be taken over or told before. */
  pass(sessions: readonly SignallingSession[]): void {
    this.takeOver(sessions)
    if (!this.#file.isOpen) return
    this.#options.onPass()
    if (Date.now() - this.#compactedAt < COMPACT_EVERY_MS && this.#compactedAt <= Date.now()) return
    this.#compactedAt = Date.now()
    problemOf(() =>
      this.#file.use((store) => {
        store.forgetKeysBut(sessions.map(({ id }) => id))
        compact(store.database, Date.now())
      }),
    )
  }

  /** Before the session's folder goes. */
  takeOverLast(session: SignallingSession): void {
    if (this.#isClosed) return
    this.#waiting.delete(session.id)
    this.takeOver([session])
    if (this.#problem) problemOf(() => this.#holdAll(session))
  }

  /** The session's folder is gone. */
  forget(session: string): void {
    if (this.#states.delete(session)) problemOf(() => this.#file.use((store) => store.forgetKeys(session)))
  }

  /**
   * Asks the database.
   * @throws PerchError `usage-unavailable`
   */
  ask<T>(question: (database: Database) => T): T {
    return this.#file.use(({ database }) => question(database))
  }

  /** As `importTranscripts`; one at a time, since two would read the same. @throws PerchError `usage-unavailable` */
  importTranscripts(folders: readonly TranscriptFolder[], sessions: () => KnownSessions): Promise<UsageImport> {
    this.#importing ??= importTranscripts({
      folders,
      sessions,
      use: (action) => this.#file.use(action),
      isClosing: () => this.#isClosed,
    }).finally(() => {
      this.#importing = undefined
    })
    return this.#importing
  }

  /** What a person should know of the numbers, as sentences. */
  notices(): readonly string[] {
    const damaged = damagedPath(this.#path)
    return [
      ...(this.#problem ? [`what sessions told of late is not in these numbers yet: ${this.#problem.message}`] : []),
      ...(existsSync(damaged)
        ? [`the usage database was damaged and set aside as ${damaged}; the numbers are of what was told since`]
        : []),
    ]
  }

  /** Around the change of a profile's name: usage follows it. `to` is null for a removal. */
  followProfile<T>(profile: string, to: string | null, change: () => Promise<T>): Promise<T> {
    return this.#profiles.around(profile, to, change)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#soon)
    this.#file.close()
  }

  /** Takes over what the session has told since it was last taken over. Reading is part of it: a database that is begun anew wants all. */
  #read({ id, folder, record }: SignallingSession): void {
    const files = signalFilesState(folder)
    if (files === null || record === undefined || this.#states.get(id) === files) return
    const taken = this.#file.use((store) => {
      const position = store.position(id)
      if (position.files === files) return undefined
      return store.takeOver(sourceOf(record), readSignalFiles(folder, position.taken), files, Date.now())
    })
    this.#states.set(id, files)
    if (taken) this.#tell(id, taken)
  }

  /** Also what may be in the database already: that knows, once it works. */
  #holdAll({ id, folder, record }: SignallingSession): void {
    const files = signalFilesState(folder)
    if (files === null || record === undefined || this.#states.get(id) === files) return
    this.#held.hold({ source: sourceOf(record), records: readSignalFiles(folder, 0), files })
  }

  #write({ source, records, files }: Reading): void {
    this.#tell(
      source.session,
      this.#file.use((store) => store.takeOver(source, records, files, Date.now())),
    )
  }

  #tell(session: string, { missed, saysWindows, profile }: TakenOver): void {
    if (missed > 0) this.#options.log.warn('usage of a session was dropped unread', { session, signals: missed })
    if (saysWindows) this.#options.onWindows(profile)
  }

  /** The log tells when it fails for the first time, and when it works again. */
  #say(problem: PerchError | undefined): void {
    if (problem && problem.message !== this.#problem?.message) {
      this.#options.log.warn('usage is not taken over, and waits', errorFields(problem))
    }
    if (!problem && this.#problem) this.#options.log.info('usage is taken over again')
    this.#problem = problem
  }
}

function sourceOf(record: SessionRecord): UsageSource {
  const { id, name, profile, agent, cwd, conversation, createdAt } = record
  return { session: id, name, profile, agent, folder: cwd, conversation, createdAt: Date.parse(createdAt) || 0 }
}
