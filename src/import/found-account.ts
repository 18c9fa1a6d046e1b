/**
 * What a source holds, before anything is decided: accounts, each with its login or why there is none to take, and the other
 * places that hold a login too. Tokens are in here only to be compared; nothing of this is ever shown but names and paths.
 */
import type { AgentDefinition } from '../agents/agent-definition.js'
import type { PerchPaths } from '../platform/paths.js'

export const SOURCES = ['clauth', 'claude-swap', 'home'] as const

export type SourceName = (typeof SOURCES)[number]

/** Whose login it is, where something says so. */
export interface Identity {
  /** The agent's own id of the account. */
  readonly id: string | null
  readonly email: string | null
}

/** A whole login in a file that can be moved: a plain file of this user, with one name. */
export interface StoredLogin {
  readonly path: string
  /** How it lies there; a profile has it plain. */
  readonly encoding: LoginEncoding
  /** As the profile is to have them. */
  readonly bytes: Buffer
  /** Of the file as it lies there: what is moved later must be what was looked at. */
  readonly fileHash: string
  readonly tokens: readonly string[]
  /** When it was refreshed last, as far as that shows (ms). */
  readonly expiresAt: number | null
}

export type LoginEncoding = 'plain' | 'base64'

export type FoundLogin =
  | { readonly kind: 'stored'; readonly login: StoredLogin }
  /** There is none that a file could be moved for; `why` completes "its login …", or null where the account needs none. */
  | { readonly kind: 'absent'; readonly why: string | null }
  /** What is there cannot be trusted or read: the account is left alone. `why` is a sentence without a full stop. */
  | { readonly kind: 'unusable'; readonly why: string }

export interface FoundAccount {
  readonly source: SourceName
  /** The account within its source: the same string at every import. */
  readonly key: string
  /** As the source calls it. May hold anything. */
  readonly label: string
  readonly agent: AgentDefinition
  readonly identity: Identity | null
  readonly login: FoundLogin
  /** What its profile is to have besides a login. */
  readonly baseUrl: string | null
  readonly env: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, unknown>>
  /** Private keys of the agent's documents, by the document's name. */
  readonly documents: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  /** The source says that this is the account of the plain home now. */
  readonly isActive: boolean
  /** What stands in the way of moving the login, as sentences without a full stop; may be over at the next import. */
  readonly obstacles: readonly string[]
  /** What else a person should know, as sentences. */
  readonly notes: readonly string[]
  /** The config folder whose locks the agent takes around its login; null where no agent runs on this file. */
  readonly lockedBy: string | null
}

/** Another place with a login, which no import touches. */
export interface LoginHolder {
  readonly path: string
  /** How a person knows it: "~/.claude", "the profile work". */
  readonly title: string
  readonly tokens: readonly string[]
  /** Null where only equal tokens say that it is the same login: a folder of its own may have a login of its own. */
  readonly identity: Identity | null
}

export interface SourceReading {
  readonly accounts: readonly FoundAccount[]
  readonly holders: readonly LoginHolder[]
  /** What could not be read at all, as sentences. */
  readonly notes: readonly string[]
}

/** Whose machine is looked at. */
export interface ImportPlace {
  readonly paths: PerchPaths
  readonly env: Readonly<Record<string, string | undefined>>
  /** The person's HOME. */
  readonly home: string
}

export const NOTHING_FOUND: SourceReading = { accounts: [], holders: [], notes: [] }

/** Whether both name the same account: by the agent's id, or by the address where one of them has none. */
export function isSameIdentity(one: Identity | null, other: Identity | null): boolean {
  if (one === null || other === null) return false
  if (one.id !== null && other.id !== null) return one.id === other.id
  return one.email !== null && one.email.toLowerCase() === other.email?.toLowerCase()
}
