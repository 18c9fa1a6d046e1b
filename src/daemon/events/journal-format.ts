/**
 * The lines of the daemon's event journal, and what follows from having read them. Pure. A file begins with a checkpoint,
 * which holds what the dropped files before it said; so the newest file alone tells the last number, and for each session
 * that is not removed how much of its story has been told.
 */
import type { PerchEvent } from '../../api/event.js'

/** How much of a session's story is in the journal. */
export interface ToldSession {
  /** The number of the last event that was taken over from its host. */
  readonly hostNumber: number
  /** Its end is told. */
  readonly over: boolean
}

export interface JournalState {
  /** The number of the last event; 0 before the first. */
  readonly seq: number
  /** Every session of which an event is told, until it is removed. */
  readonly sessions: ReadonlyMap<string, ToldSession>
}

/** What an event says; the journal adds its number. `hostNumber` is the host's own, of an event taken over from one. */
export interface NewEvent extends Pick<PerchEvent, 'at' | 'type' | 'session' | 'name'> {
  readonly hostNumber?: number
  readonly [detail: string]: unknown
}

/** The part of an event that the state depends on. */
type ToldEvent = Pick<NewEvent, 'type' | 'session' | 'hostNumber'>

/** The number comes first in the line, where `seqOfLine` finds it. */
export function encodeEvent(seq: number, event: NewEvent): string {
  return `${JSON.stringify({ seq, schema: 1, ...event })}\n`
}

export function encodeCheckpoint({ seq, sessions }: JournalState): string {
  return `${JSON.stringify({ checkpoint: { seq, sessions: Object.fromEntries(sessions) } })}\n`
}

/** Whether the line is a whole checkpoint. */
export function isCheckpoint(line: string): boolean {
  return line.startsWith('{"checkpoint":') && checkpointOf(parseObject(line)) !== undefined
}

/** The number of the event in a line; undefined for a checkpoint, or for what is no whole event. */
export function seqOfLine(line: string): number | undefined {
  const digits = /^\{"seq":(\d{1,15}),.*\}$/s.exec(line)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** What of a session is told once `event` is. */
export function toldAfter(told: ToldSession | undefined, { type, hostNumber = 0 }: ToldEvent): ToldSession {
  return {
    hostNumber: Math.max(told?.hostNumber ?? 0, hostNumber),
    over: told?.over === true || type === 'ended' || type === 'lost',
  }
}

/** Brings `sessions` up to date with an event. One of a profile is no part of any session's story. */
export function noteEvent(sessions: Map<string, ToldSession>, event: ToldEvent): void {
  if (event.session === null) return
  if (event.type === 'removed') sessions.delete(event.session)
  else sessions.set(event.session, toldAfter(sessions.get(event.session), event))
}

/**
 * The state that the lines of a file lead to. Lines that cannot be read are passed over: what was torn at the end was told
 * to nobody, and where one was damaged later the numbers around it show that it is missing.
 */
export function stateOfLines(lines: Iterable<string>): JournalState {
  let seq = 0
  let sessions = new Map<string, ToldSession>()
  for (const line of lines) {
    const value = parseObject(line)
    const checkpoint = checkpointOf(value)
    const event = eventOf(value)
    if (checkpoint && checkpoint.seq >= seq) {
      seq = checkpoint.seq
      sessions = new Map(checkpoint.sessions)
    } else if (event && event.seq > seq) {
      seq = event.seq
      noteEvent(sessions, event)
    }
  }
  return { seq, sessions }
}

// By hand, not by schema: a daemon that starts reads thousands of these lines, which it wrote itself.

type Fields = Readonly<Record<string, unknown>>

function eventOf({ seq, type, session, hostNumber }: Fields): (ToldEvent & { readonly seq: number }) | undefined {
  if (!isCount(seq) || typeof type !== 'string' || (typeof session !== 'string' && session !== null)) return undefined
  return { seq, type, session, ...(isCount(hostNumber) && { hostNumber }) }
}

function checkpointOf({ checkpoint }: Fields): JournalState | undefined {
  const { seq, sessions } = fieldsOf(checkpoint)
  if (!isCount(seq)) return undefined
  const told = Object.entries(fieldsOf(sessions)).map(([id, value]): [string, ToldSession] => {
    const { hostNumber, over } = fieldsOf(value)
    return [id, { hostNumber: isCount(hostNumber) ? hostNumber : 0, over: over === true }]
  })
  return { seq, sessions: new Map(told) }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function parseObject(line: string): Fields {
  try {
    return fieldsOf(JSON.parse(line))
  } catch {
    return {}
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
