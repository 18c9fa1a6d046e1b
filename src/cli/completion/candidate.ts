/** What is offered at the cursor, and where what changes from hour to hour is asked. */

export interface Candidate {
  readonly word: string
  /** Shown beside it by shells that can; may be empty. */
  readonly summary: string
}

/** What there is at this moment. */
export interface CompletionSources {
  profiles(which: 'all' | 'made'): readonly Candidate[]
  sessions(which: 'all' | 'live' | 'ended'): readonly Candidate[]
}
