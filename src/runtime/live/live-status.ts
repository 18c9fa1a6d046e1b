/** What the sync of one live runtime is doing, for people. Nothing here is needed to sync. */
import type { LinkMode } from '../tree/link-mode.js'
import type { PassOutcome } from './pass-outcome.js'

export interface LiveStatus {
  readonly profile: string
  readonly linkMode: LinkMode
  /** How changes are noticed, and why not by events where they are polled for. */
  readonly watching: { readonly kind: 'events'; readonly folders: number } | { readonly kind: 'poll'; readonly why: string }
  /** ISO 8601; null before the first. */
  readonly lastPassAt: string | null
  readonly parts: readonly LivePart[]
}

export interface LivePart {
  /** The login's or the document's file name, or `tree`. */
  readonly name: string
  readonly outcome: PassOutcome
  /** Since when the state has been this; ISO 8601. */
  readonly since: string
}
