/**
 * Removing ended sessions on request, with their logs. A live one is never touched; one whose end is still being dealt
 * with is finished first, so that nothing of its profile's runtime is lost; and one that cannot be removed stops no other.
 */
import type { PruneRequest } from '../../api/control.js'
import { errnoOf, messageOf, PerchError } from '../../platform/perch-error.js'
import type { TrackedSession } from './tracked-session.js'

export interface PruneOutcome {
  /** The ids. */
  readonly removed: readonly string[]
  readonly problems: readonly PerchError[]
}

/** What pruning needs to know of a session. */
export type PrunableSession = Pick<TrackedSession, 'id' | 'live' | 'exit' | 'record' | 'refresh'>

/** The part of the supervisor that it uses. */
export interface PruningSupervisor<S extends PrunableSession> {
  readonly registry: { all(): readonly S[] }
  settle(session: S): Promise<void>
  remove(session: S): void
}

/** Removes what was asked for; resolves when every one of them was dealt with. */
export async function pruneSessions<S extends PrunableSession>(
  supervisor: PruningSupervisor<S>,
  request: PruneRequest,
  nowMs: number,
): Promise<PruneOutcome> {
  const removed: string[] = []
  const problems: PerchError[] = []
  const prune = async (session: S) => {
    session.refresh()
    if (session.live || !isMeant(session, request)) return
    if (session.exit !== null && !isOldEnough(session, request, nowMs)) return
    try {
      await supervisor.settle(session)
      session.refresh()
      if (session.live || !isOldEnough(session, request, nowMs)) return
      supervisor.remove(session)
      removed.push(session.id)
    } catch (error) {
      problems.push(notRemoved(session.id, error))
    }
  }
  await Promise.all(supervisor.registry.all().map(prune))
  return { removed, problems }
}

/** A session whose record cannot be read has no originator, profile or label: only who asks for all of them means it. */
function isMeant({ record }: PrunableSession, { originator, profile, labels = {} }: PruneRequest): boolean {
  return (
    (originator === undefined || record?.originator === originator) &&
    (profile === undefined || record?.profile === profile) &&
    Object.entries(labels).every(([key, value]) => record && Object.hasOwn(record.labels, key) && record.labels[key] === value)
  )
}

function isOldEnough({ exit }: PrunableSession, { olderMs }: PruneRequest, nowMs: number): boolean {
  return olderMs === undefined || (exit !== null && nowMs - Date.parse(exit.endedAt) >= olderMs)
}

function notRemoved(id: string, cause: unknown): PerchError {
  const code = cause instanceof PerchError ? cause.code : errnoOf(cause) ? 'not-writable' : 'internal'
  return new PerchError(code, `session ${id} was not removed: ${messageOf(cause)}`, { cause, hint: `Try: perch rm ${id}` })
}
