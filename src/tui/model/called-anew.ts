/** Whether a session has begun to need somebody since the list before. Pure. */
import { needsSomebody } from '../../api/attention-states.js'
import type { Session } from '../../api/session.js'

/** Not one that somebody has on a terminal: they see it. Of a first list nothing is news. */
export function isCalledAnew(before: readonly Session[] | undefined, now: readonly Session[]): boolean {
  if (before === undefined) return false
  const callsBefore = new Set(before.filter(needsSomebody).map(callOf))
  return now.some((session) => needsSomebody(session) && session.attachments.length === 0 && !callsBefore.has(callOf(session)))
}

/** The same session may call again. */
function callOf({ id, attentionSince }: Session): string {
  return `${id} ${attentionSince ?? ''}`
}
