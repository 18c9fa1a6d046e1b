/** Which sessions the dashboard lists, and in which order. Pure. */

import { needsSomebody } from '../../api/attention-states.js'
import type { Session } from '../../api/session.js'
import { isLive } from '../../cli/session-view.js'
import type { DashboardState } from './state.js'

/** Those that fit the filter: whoever needs somebody first, the longest waiting of them at the top; then the newest; ended ones last. */
export function listedSessions({ sessions = [], filter }: Pick<DashboardState, 'sessions' | 'filter'>): readonly Session[] {
  const wanted = filter.trim().toLowerCase()
  return sessions.filter((session) => wanted === '' || fits(session, wanted)).sort(byNeed)
}

function fits(session: Session, wanted: string): boolean {
  const { id, name, profile, agent, state, attention, cwd } = session
  return [id, name, profile, agent, state, attention, cwd].some((text) => text?.toLowerCase().includes(wanted))
}

function byNeed(a: Session, b: Session): number {
  return rank(a) - rank(b) || byTime(a, b)
}

function rank(session: Session): number {
  if (needsSomebody(session)) return 0
  return isLive(session) ? 1 : 2
}

function byTime(a: Session, b: Session): number {
  if (needsSomebody(a))
    return seenAt(a).localeCompare(seenAt(b)) || (a.attentionSince ?? '').localeCompare(b.attentionSince ?? '')
  const [ofA, ofB] = isLive(a) ? [a.createdAt, b.createdAt] : [a.endedAt ?? '', b.endedAt ?? '']
  return ofB.localeCompare(ofA) || a.id.localeCompare(b.id)
}

/** Whoever was there and left it as it is knows of it: it comes after what nobody has seen, as for `perch next`. */
function seenAt({ attentionSeen }: Session): string {
  return typeof attentionSeen === 'string' ? attentionSeen : ''
}
