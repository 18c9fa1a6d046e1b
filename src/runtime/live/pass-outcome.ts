/** What one look at one part of a live runtime (its login, a document, its tree) came to. */
export type PassOutcome =
  /** All sides say the same now. */
  | { readonly state: 'in-step' }
  /** Something short-lived is in the way, the client's own lock or a file in the middle of a write: look again after that time. */
  | { readonly state: 'waiting'; readonly why: string; readonly againInMs: number }
  /** It stays so until somebody changes a file: a document that does not parse, a full disk. */
  | { readonly state: 'blocked'; readonly why: string }
