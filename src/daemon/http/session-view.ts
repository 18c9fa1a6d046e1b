/**
 * A session as the API shows it, composed of its record, what its host last said and its exit. Pure.
 */
import type { HostStatus } from '../../api/host-protocol.js'
import type { Session, SessionState } from '../../api/session.js'
import type { ExitRecord, SessionRecord } from '../../api/session-record.js'

export interface SessionParts {
  readonly record: SessionRecord
  readonly state: SessionState
  /** What the host said last; undefined when it was never reached. */
  readonly status: HostStatus | undefined
  readonly exit: ExitRecord | null
  /** The host does not answer: `status` is old. */
  readonly hostHangs?: boolean
}

/**
 * The views of one session: the same object again for as long as nothing it is composed of was replaced, so that what was
 * made of it (its JSON) can be kept.
 */
export function sessionViews(): (parts: SessionParts) => Session {
  let last: { readonly parts: SessionParts; readonly view: Session } | undefined
  return (parts) => {
    if (last === undefined || !isSame(last.parts, parts)) last = { parts, view: sessionView(parts) }
    return last.view
  }
}

function isSame(a: SessionParts, b: SessionParts): boolean {
  return a.record === b.record && a.state === b.state && a.status === b.status && a.exit === b.exit && a.hostHangs === b.hostHangs
}

export function sessionView({ record, state, status, exit, hostHangs }: SessionParts): Session {
  return {
    id: record.id,
    name: record.name,
    profile: record.profile,
    agent: record.agent,
    argv: record.argv,
    cwd: record.cwd,
    kind: record.kind,
    labels: record.labels,
    originator: record.originator,
    state,
    // Nobody is needed by a session whose host is dead, though its end may not be written down yet.
    ...attentionOf(exit === null && state !== 'lost' ? status : undefined),
    conversation: record.conversation,
    parent: record.parent,
    hostPid: exit ? null : record.host.pid,
    pid: exit ? null : (record.child?.pid ?? status?.pid ?? null),
    createdAt: record.createdAt,
    endedAt: exit?.endedAt ?? null,
    size: status?.size ?? record.size,
    streams: exit?.streams ?? status?.streams ?? {},
    attachments: exit ? [] : (status?.attachments ?? []),
    tees: (exit ? exit.tees : status?.tees) ?? [],
    exit: exit?.exit ?? null,
    ...(hostHangs && exit === null ? { hostHangs } : {}),
    ...(status?.logProblem ? { logProblem: status.logProblem } : {}),
    ...(exit === null && status?.heldBack?.length ? { heldBack: status.heldBack } : {}),
  }
}

type AttentionFields = Pick<Session, 'attention' | 'attentionSince' | 'attentionReason' | 'attentionSeen'>

function attentionOf(status: HostStatus | undefined): AttentionFields {
  const told = status?.attention
  if (!told) return { attention: null }
  const { state, since, reason, seen } = told
  return { attention: state, attentionSince: since, attentionReason: reason, ...(seen !== undefined && { attentionSeen: seen }) }
}

/** How a session is shown whose `session.json` cannot be read: it can be ended and removed, and says what is wrong. */
export function corruptSessionView(parts: {
  readonly id: string
  readonly state: SessionState
  readonly problem: string
  readonly createdAt: string
  readonly exit: ExitRecord | null
}): Session {
  const { id, state, problem, createdAt, exit } = parts
  return {
    id,
    name: null,
    profile: '',
    agent: '',
    argv: [],
    cwd: '',
    kind: 'pipe',
    labels: {},
    originator: null,
    // A host that lives has a child as far as can be told.
    state: state === 'starting' ? 'running' : state,
    attention: null,
    conversation: null,
    parent: null,
    hostPid: null,
    pid: null,
    createdAt,
    endedAt: exit?.endedAt ?? null,
    size: null,
    streams: exit?.streams ?? {},
    attachments: [],
    tees: exit?.tees ?? [],
    exit: exit?.exit ?? null,
    problem,
  }
}
