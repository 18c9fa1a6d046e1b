/** What an examination finds: a code that stays the same, what it is, what it means and what to do about it. */

/** A `problem` breaks something, a `warning` may, a `note` is good to know. */
export type FindingLevel = 'problem' | 'warning' | 'note'

export interface Finding {
  readonly code: string
  readonly level: FindingLevel
  /** The profile, file or program that it is about; null when it is about the machine. */
  readonly subject: string | null
  /** One sentence without a full stop. */
  readonly text: string
  /** Why it matters; null for a note that says it all. */
  readonly meaning: string | null
  /** What a person does about it; null when there is nothing to do. */
  readonly fix: string | null
  /** Does it for them: only what cannot harm, and only where this is safe. Throws when it cannot be done. */
  readonly repair?: () => void
}
