/** Whether a person is to be told that a session needs them, now, later or not. Pure. */
import type { Session } from '../../api/session.js'
import type { Occasion } from './notify-config.js'

/** What is shorter than this is no reason to call anybody: a question that is answered at once, a turn that goes on by itself. */
export const SETTLED_MS = 1_000
/** Older news, after a time without a daemon, is in the list when somebody looks; a storm of it helps nobody. */
const STALE_MS = 5 * 60_000

export type Due =
  | { readonly kind: 'tell'; readonly since: string }
  /** Somebody looks at the session at this moment: they know. */
  | { readonly kind: 'known'; readonly since: string }
  | { readonly kind: 'later'; readonly inMs: number }
  | { readonly kind: 'no' }

const NO: Due = { kind: 'no' }

/** `told` is since when the session was in the state that somebody was last told of. */
export function dueNotification(
  session: Session,
  { when, told, nowMs }: { readonly when: readonly Occasion[]; readonly told: string | undefined; readonly nowMs: number },
): Due {
  const { attention, attentionSince: since, attentionSeen, attachments, hostHangs } = session
  if (attention === null || since === undefined || !when.includes(attention) || told === since) return NO
  // It is not what it was, or nobody can tell.
  if (hostHangs || attentionSeen !== undefined) return NO
  const ageMs = nowMs - Date.parse(since)
  if (!(ageMs < STALE_MS)) return NO
  if (ageMs < SETTLED_MS) return { kind: 'later', inMs: Math.min(SETTLED_MS, SETTLED_MS - ageMs) }
  return { kind: attachments.length > 0 ? 'known' : 'tell', since }
}
