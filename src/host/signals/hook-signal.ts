/** What an agent's hooks tell of a session, reduced to what attention is decided by. */

export type HookSignal = {
  /** Milliseconds since 1970. */
  readonly at: number
} & (
  | { readonly hook: 'session-started' | 'prompt-submitted' | 'tool-started' | 'tool-ended' | 'turn-ended' | 'session-ended' }
  /** `tool`: what the agent asks to use; null where it does not say. */
  | { readonly hook: 'permission-asked'; readonly tool: string | null }
  /** `about`: `permission_prompt`, `idle_prompt`, or another word of the agent. */
  | { readonly hook: 'notified'; readonly about: string | null; readonly message: string | null }
  /** `error`: `rate_limit`, `authentication_failed`, or another word of the agent. */
  | { readonly hook: 'turn-failed'; readonly error: string | null }
)
