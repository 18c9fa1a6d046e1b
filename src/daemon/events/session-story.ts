/**
 * What a session's host and folder say, as events for everybody. Pure.
 */
import type { ExitRecord, SessionRecord } from '../../api/session-record.js'
import type { NumberedEvent } from '../../host/event-file.js'
import type { MissedEvents } from './host-numbers.js'
import type { NewEvent } from './journal-format.js'

/** A session as far as events name it. */
export interface NamedSession {
  readonly id: string
  readonly name: string | null
}

/** `record` is undefined when it cannot be read. */
export function createdEvent({ id, name }: NamedSession, createdAt: string, record: SessionRecord | undefined): NewEvent {
  const { profile, agent, originator, parent } = record ?? {}
  return { at: createdAt, type: 'created', session: id, name, profile, agent, originator, parent }
}

/** Types that this version does not know keep their names. */
export function hostEvent({ id, name }: NamedSession, { type, at, number, ...details }: NumberedEvent): NewEvent {
  return { at, type: type === 'log-problem' ? 'disk-full' : type, session: id, name, hostNumber: number, ...details }
}

export function missedEvent({ id, name }: NamedSession, { count, upTo, at }: MissedEvents): NewEvent {
  return { at, type: 'events-missed', session: id, name, hostNumber: upTo, count }
}

export function endedEvent({ id, name }: NamedSession, { endedAt, exit }: ExitRecord): NewEvent {
  if (exit.outcome === 'lost') return { at: endedAt, type: 'lost', session: id, name }
  const { code, signal, outcome } = exit
  return { at: endedAt, type: 'ended', session: id, name, exit: { code, signal, outcome } }
}

/** `name` is the new one. */
export function renamedEvent({ id, name }: NamedSession, from: string | null, at: string): NewEvent {
  return { at, type: 'renamed', session: id, name, from }
}

/** The folder of a session is gone, and nothing says how it ended. */
export function vanishedEvent({ id, name }: NamedSession, at: string): NewEvent {
  return { at, type: 'lost', session: id, name }
}

export function removedEvent({ id, name }: NamedSession, at: string): NewEvent {
  return { at, type: 'removed', session: id, name }
}
