/** Everything about one session, as `perch show` lists it. Pure. */
import type { LimitOutlook } from '../api/profile-room.js'
import type { Session } from '../api/session.js'
import type { Cell, Presentation } from './result.js'
import { commandText, resumeUnder, stateCell } from './session-view.js'
import { teeCell } from './tee-view.js'

type Field = readonly [name: string, value: Cell | null | undefined]

/** A session's fields; what it does not have is left out. `limit` is of one whose account's allowance is used up. */
export function sessionFields(session: Session, nowMs: number, limit?: LimitOutlook): Presentation {
  const fields: readonly Field[] = [
    ['id', session.id],
    ['name', session.name],
    ['profile', session.profile],
    ['agent', session.agent],
    ['state', stateCell(session, nowMs)],
    ['problem', problemCell(session.problem)],
    ['host', session.hostHangs ? { text: 'does not answer; what follows is what it said last', tone: 'bad' } : undefined],
    ['log', problemCell(session.logProblem)],
    ['since', session.attentionSince],
    ['reason', session.attentionReason],
    ['resets', limit && (limit.resetsAt ?? 'not told')],
    // perch proposes; the person decides.
    ['room', limit?.room && `${limit.room}: ${resumeUnder(session, limit.room)}`],
    ['seen', session.attentionSeen],
    ['command', commandText(session.argv)],
    ['folder', session.cwd],
    ['kind', session.problem === undefined ? kindText(session) : undefined],
    ['created', session.createdAt],
    ['ended', session.endedAt],
    ['originator', session.originator],
    ['parent', session.parent],
    ['pid', session.pid === null ? null : String(session.pid)],
    ['host pid', session.hostPid === null ? null : String(session.hostPid)],
    ...Object.entries(session.labels).map(([key, value]): Field => ['label', `${key}=${value}`]),
    ...Object.entries(session.streams).map(([name, { start, end }]): Field => [name, `bytes ${start} to ${end}`]),
    ['held back', heldBackCell(session)],
    ...session.attachments.map(({ id, mode, since }): Field => ['attached', `${mode} ${id} since ${since}`]),
    ...session.tees.map((tee): Field => ['tee', teeCell(tee)]),
    ...(session.exit?.signalsSent ?? []).map(({ signal, at }): Field => ['sent', `${signal} at ${at}`]),
  ]
  // A record that cannot be read has empty texts where others have something.
  return {
    kind: 'fields',
    fields: fields.filter((field): field is readonly [string, Cell] => field[1] != null && field[1] !== ''),
  }
}

function kindText({ kind, size }: Session): string {
  return size ? `${kind}, ${size.cols}x${size.rows}` : kind
}

/** What the daemon adds for a session whose record is damaged, or whose log could not be written. */
function problemCell(problem: unknown): Cell | undefined {
  return typeof problem === 'string' ? { text: problem, tone: 'bad' } : undefined
}

/** `stdout, for a1`: which output the program waits to write at this moment, and who is behind. */
function heldBackCell({ heldBack = [], attachments, tees }: Session): Cell | undefined {
  if (heldBack.length === 0) return undefined
  const clients = attachments.filter(({ blocks }) => blocks)
  const blocking = tees.filter(({ policy, stream, connected }) => policy === 'block' && connected && heldBack.includes(stream))
  const sinks = blocking.filter(({ lag }) => lag !== 0)
  const behind = [...clients, ...sinks].map(({ id }) => id)
  return { text: `${heldBack.join(', ')}${behind.length > 0 ? `, for ${behind.join(', ')}` : ''}`, tone: 'bad' }
}
