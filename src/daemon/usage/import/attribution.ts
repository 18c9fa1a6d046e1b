/**
 * Whose a request in a transcript is, and whether it was counted already. Transcripts are shared by all profiles, so they do not
 * tell the account; the sessions of perch that had the conversation do. What such a session told itself is not counted once
 * more: everything from its start until the last that it told, and while it lives. Pure.
 */
import type { TranscriptRequest } from './transcript-line.js'

/** A session of perch that had the conversation. */
export interface ConversationSession {
  readonly profile: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly isLive: boolean
  /** When the last request was that it told of; null for one that told of none. */
  readonly lastToldAt: number | null
}

export interface AttributionFacts {
  /** In the order of their start. */
  readonly sessions: readonly ConversationSession[]
  /** A session of the agent lives in the request's folder: of which conversation, it may be about to say. */
  readonly isLiveFolder: boolean
  /** Whose it is where no session tells. */
  readonly fallback: string
  readonly nowMs: number
}

export type Attribution =
  | { readonly counts: true; readonly profile: string }
  | { readonly counts: false; readonly why: 'told' | 'live' | 'old' }

/** The clocks of a request and of its line in the transcript differ by what writing an answer down takes. */
const SLACK_MS = 60_000
/** As long as the numbers of requests that were imported are remembered. */
export const OLDEST_IMPORT_MS = 400 * 86_400_000

export function attribute({ at }: Pick<TranscriptRequest, 'at'>, facts: AttributionFacts): Attribution {
  const { sessions, isLiveFolder, fallback, nowMs } = facts
  if (at < nowMs - OLDEST_IMPORT_MS) return { counts: false, why: 'old' }
  for (const { startedAt, isLive, lastToldAt } of sessions) {
    if (at < startedAt) continue
    if (isLive) return { counts: false, why: 'live' }
    if (lastToldAt !== null && at <= lastToldAt + SLACK_MS) return { counts: false, why: 'told' }
  }
  if (isLiveFolder && at > nowMs - SLACK_MS) return { counts: false, why: 'live' }
  // Of several the one that began last before it; one that began later had the conversation from somewhere.
  const owner = sessions.findLast(({ startedAt }) => startedAt <= at) ?? sessions[0]
  return { counts: true, profile: owner?.profile ?? fallback }
}
