/**
 * Sees to it that the journal tells each session's story whole and once: created, what its host numbered, its end, its
 * removal, in this order. It compares what the journal has told with what the session's folder and host say, so it may be
 * asked at any time, after any death, and makes up for whatever could not be written down before.
 */
import { existsSync } from 'node:fs'
import type { HostEvent } from '../../api/host-protocol.js'
import type { ExitRecord, SessionRecord } from '../../api/session-record.js'
import { isNumbered, type NumberedEvent, readEventFiles } from '../../host/event-file.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import type { EventJournal } from './event-journal.js'
import { hostEventsAfter } from './host-numbers.js'
import {
  createdEvent,
  endedEvent,
  hostEvent,
  missedEvent,
  type NamedSession,
  removedEvent,
  renamedEvent,
  vanishedEvent,
} from './session-story.js'
import { WaitingEvents } from './waiting-events.js'

/** What the chronicle reads of a session. */
export interface ChronicledSession extends NamedSession {
  readonly folder: string
  readonly createdAt: string
  readonly record: SessionRecord | undefined
  readonly exit: ExitRecord | null
}

export class SessionChronicle {
  readonly #journal: EventJournal
  readonly #log: DaemonLog
  readonly #waiting = new WaitingEvents()
  /** Their stories are over: what was under way for one of them when it was removed must not begin it again. */
  readonly #removed = new WeakSet<ChronicledSession>()

  constructor(options: { readonly journal: EventJournal; readonly log: DaemonLog }) {
    this.#journal = options.journal
    this.#log = options.log
  }

  /** The number after which the session's host is to go on telling. */
  hostNumberOf(session: string): number {
    return Math.max(this.#journal.told(session)?.hostNumber ?? 0, this.#waiting.lastNumber(session))
  }

  /**
   * A host tells an event: what has no number is not history (a new size), or comes from a host of a version that numbered
   * none.
   */
  take(session: ChronicledSession, event: HostEvent): void {
    if (!isNumbered(event) || this.#removed.has(session)) return
    this.#waiting.add(session.id, event)
    this.tell(session)
  }

  /** Tells what is known of the session and not told yet, as far as the journal can be written. */
  tell(session: ChronicledSession): void {
    const { id, exit } = session
    if (this.#removed.has(session)) return
    if (this.#journal.told(id)?.over && !this.#waiting.has(id)) return
    this.#tellBeginning(session) && this.#tellWaiting(session) && exit !== null && this.#tellEnd(session, exit)
  }

  /** A person gave the session another name, which it goes by from now on. */
  tellRenamed(session: ChronicledSession, from: string | null): void {
    this.tell(session)
    if (this.#journal.told(session.id)) this.#journal.append(renamedEvent(session, from, new Date().toISOString()))
  }

  /** The session was removed: the journal has done with it. */
  tellRemoved(session: ChronicledSession): void {
    this.tell(session)
    const isEndTold = this.#journal.told(session.id)?.over === true
    // An end that is known and could not be told yet must not be called a loss: `tellAll` comes back to it.
    if (isEndTold || session.exit === null) this.#tellGone(session)
    this.#waiting.drop(session.id)
    this.#removed.add(session)
  }

  /**
   * All stories, in the order in which they began. Sessions that the journal knows and nobody else does are gone: their
   * folders were removed, by a daemon that died then or by a person.
   */
  tellAll(sessions: readonly ChronicledSession[], folderOf: (id: string) => string): void {
    for (const session of [...sessions].sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))) this.tell(session)
    const known = new Set(sessions.map(({ id }) => id))
    for (const id of this.#journal.toldSessions()) {
      if (!known.has(id) && !existsSync(folderOf(id))) this.#tellGone({ id, name: null })
    }
  }

  /** Its removal, and before that its loss where nothing says how it ended. */
  #tellGone(session: NamedSession): void {
    const told = this.#journal.told(session.id)
    const at = new Date().toISOString()
    if (told && (told.over || this.#journal.append(vanishedEvent(session, at)))) this.#journal.append(removedEvent(session, at))
  }

  #tellBeginning(session: ChronicledSession): boolean {
    if (this.#journal.told(session.id)) return true
    return this.#journal.append(createdEvent(session, session.createdAt, session.record))
  }

  #tellWaiting(session: ChronicledSession): boolean {
    return this.#waiting.handOver(session.id, (event) => this.#tellHostEvent(session, event))
  }

  /** The folder may hold what nobody was there to be told. */
  #tellEnd(session: ChronicledSession, exit: ExitRecord): boolean {
    return (
      this.#recorded(session).every((event) => this.#tellHostEvent(session, event)) &&
      (this.#journal.told(session.id)?.over === true || this.#journal.append(endedEvent(session, exit)))
    )
  }

  /** With those numbered before it that nobody took over, from the folder where that has them. */
  #tellHostEvent(session: ChronicledSession, event: NumberedEvent): boolean {
    const told = this.#journal.told(session.id)?.hostNumber ?? 0
    if (event.number <= told) return true
    const recorded = event.number === told + 1 ? [] : this.#recorded(session)
    return hostEventsAfter(told, recorded, event)
      .map((due) => (due.kind === 'missed' ? missedEvent(session, due) : hostEvent(session, due.event)))
      .every((line) => this.#journal.append(line))
  }

  #recorded({ id, folder }: ChronicledSession): readonly NumberedEvent[] {
    try {
      return readEventFiles(folder)
    } catch (error) {
      this.#log.warn('the events of a session cannot be read', { session: id, ...errorFields(error) })
      return []
    }
  }
}
