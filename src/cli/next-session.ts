/** Which session needs somebody first. Pure. */
import { needsSomebody } from '../api/attention-states.js'
import type { Session } from '../api/session.js'

/**
 * The session to go to next: what nobody has seen before what somebody has left as it is, then what has waited longest. Not one
 * that somebody has on their terminal already, nor one of pipes, which has no terminal to show.
 */
export function nextSession(sessions: readonly Session[]): Session | undefined {
  return sessions.filter((session) => needsSomebody(session) && canBeShown(session)).sort(longestFirst)[0]
}

function canBeShown({ kind, attachments, hostHangs }: Session): boolean {
  return kind === 'pty' && !hostHangs && attachments.every(({ mode }) => mode !== 'controller')
}

function longestFirst(a: Session, b: Session): number {
  const seen = (session: Session) => session.attentionSeen ?? ''
  const since = (session: Session) => session.attentionSince ?? ''
  return compare(seen(a), seen(b)) || compare(since(a), since(b))
}

/** Times in the form of ISO 8601, which order as texts; no time comes first. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
