/** What is known when the login in a runtime and the durable one may have come apart, and what can come of it. Pure. */
import { createHash } from 'node:crypto'
import type { CredentialFacts } from '../../agents/agent-definition.js'

export interface CredentialSide {
  readonly bytes: Uint8Array
  readonly mtimeMs: number
}

export interface CredentialQuestion {
  readonly facts: CredentialFacts
  /** The profile's own file; null when there is none. */
  readonly durable: CredentialSide | null
  /** What lies in the runtime, in link mode instead of the link; null when the client deleted it. */
  readonly live: CredentialSide | null
  /** `credentialHash` of what both last had in common (a link: of the durable file), null when there was none; undefined: not known. */
  readonly baseHash: string | null | undefined
}

export type CredentialDecision =
  /** Both hold the same: in link mode only the link is missing. */
  | { readonly action: 'keep' }
  /** The live file is being written: leave it and look again; keep it aside once its writer is gone. */
  | { readonly action: 'wait' }
  /** These bytes become the durable file; `loser` is kept aside. */
  | { readonly action: 'adopt'; readonly bytes: Uint8Array; readonly loser: Uint8Array | null; readonly why: string }
  /** The durable file stays; `loser` is kept aside. */
  | { readonly action: 'restore'; readonly loser: Uint8Array | null; readonly why: string }
  /** The client logged out, if it stays so: the durable file is kept aside and becomes `bytes`, or goes when they are null. */
  | { readonly action: 'log-out'; readonly bytes: Uint8Array | null; readonly loser: Uint8Array | null; readonly why: string }

/** Names the content of a credential file without holding any of it. */
export function credentialHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
