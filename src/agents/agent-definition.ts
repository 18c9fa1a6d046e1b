/**
 * What perch knows about an agent, as data: how it is found, how its config folder is moved, what lies in that folder
 * and whose it is, what proves a login, and which variables would defeat a profile. No code path elsewhere asks for an
 * agent by name. Patterns are names in which `*` stands for anything.
 */

import type { SignalFacts } from './signal-facts.js'

/** Whose an entry at the top level of the config folder is. */
export type EntryClass = 'credential' | 'document' | 'private' | 'shared'

export interface AgentDefinition {
  readonly name: string
  readonly title: string
  /** Programs to look for on PATH, best first; empty for `command`. */
  readonly commands: readonly string[]
  readonly installHint: string
  /** How a person logs in to a new profile; `{profile}` stands for its name. */
  readonly loginHint: string
  /** Arguments of the agent's own commands for it; null when it has none and logs in and out in its interface. */
  readonly account: { readonly login: readonly string[]; readonly logout: readonly string[] } | null
  /** Null when the agent's config folder cannot be moved: such a profile has an environment only. */
  readonly relocation: Relocation | null
  readonly environment: EnvironmentFacts
  /** How its conversations are named and continued; null when that cannot be said on its command line. */
  readonly conversation: ConversationFacts | null
  /** What it tells officially of itself while it runs; null when that is nothing that perch can hear. */
  readonly signals: SignalFacts | null
  /** The setting by which it deletes old conversations, in days; null when it has none. */
  readonly cleanupSetting: string | null
}

export interface Relocation {
  /** The variable that moves the config folder. */
  readonly variable: string
  /** Where the config folder lies below the variable's value; empty when it is the value itself. */
  readonly within: string
  /** The shared home, below the person's HOME. */
  readonly defaultHome: string
  readonly entries: EntryRules
  readonly documents: readonly DocumentDefinition[]
  readonly credential: CredentialFacts
  /** Where the agent says whose login it is; null where it does not, or nowhere that perch reads. */
  readonly identity: IdentityFacts | null
  /** A private folder in which the agent keeps one `<pid>.json` for each of its processes; null when it has none. */
  readonly processFolder: string | null
}

export interface EntryRules {
  readonly private: readonly string[]
  readonly shared: readonly string[]
  /** The class of a name that no pattern lists. */
  readonly unlisted: 'private' | 'shared'
  /** Lock and staging names: never put back into a runtime. */
  readonly transient: readonly string[]
  /** Made in the shared home before a build, so that none of them starts life inside a runtime. */
  readonly sharedFolders: readonly string[]
  readonly sharedFiles: readonly string[]
  /** Made in the profile's state before a build. */
  readonly privateFolders: readonly string[]
  /** Files of which two copies are united line by line. */
  readonly appendOnly: readonly string[]
}

/** A JSON file that every profile has a replica of. */
export interface DocumentDefinition {
  readonly name: string
  /** Where the shared one lies: in the person's HOME, or in the shared home. */
  readonly sharedIn: 'home' | 'shared-home'
  /** Paths that never leave a profile; the last segment may be a pattern. */
  readonly privateKeys: readonly (readonly string[])[]
  /** Keys whose value is merged by key, to this depth. Other values are one unit. */
  readonly mergeDepth: Readonly<Record<string, number>>
  /** Patterns of keys that change at every write: merged without a word. */
  readonly quietKeys: readonly string[]
  /** Whether the profile's `[settings]` are laid over it. */
  readonly takesOverlay: boolean
  /** The lock the client takes to write it: `<path>.lock` goes stale after this time. Null when it takes none. */
  readonly lockStaleMs: number | null
}

export interface ConversationFacts {
  /** Takes the id, a UUID, that a new conversation is to have. */
  readonly idOption: string
  /** Continues one: `{id}` stands for its id. */
  readonly resume: readonly string[]
  /** Options that say themselves which conversation it is, each with or without its value behind it. */
  readonly decidedBy: readonly string[]
}

/** Paths of keys in the document that names the account, and in the login itself. */
export interface IdentityFacts {
  /** One of `documents`. */
  readonly document: string
  /** What stays the same when the account gets another address. */
  readonly id: readonly string[]
  readonly email: readonly string[]
  readonly organization: readonly string[]
  /** In the login block. */
  readonly plan: readonly string[]
}

export interface CredentialFacts {
  readonly file: string
  /** The key whose object holds the login; null when the file itself does. */
  readonly block: string | null
  /** Fields of the login that must not all be blank; `*` as the first segment stands for every key. */
  readonly tokens: readonly (readonly string[])[]
  /** Where the login says when it expires (ms); null when it does not. */
  readonly expiresAt: readonly string[] | null
  /** Where it says when the login itself ends, refreshes included (ms); null when it does not. */
  readonly endsAt: readonly string[] | null
  /** Top-level objects beside the login that two copies are united by, entry by entry. */
  readonly maps: readonly string[]
  /** Locks the client takes around a write, in its order. */
  readonly locks: readonly ClientLock[]
}

/** A folder made by `mkdir` in the way of proper-lockfile. */
export interface ClientLock {
  /** `inside`: `<config>/<name>.lock`; `beside`: `<config>.lock`. */
  readonly place: 'inside' | 'beside'
  readonly name: string
  readonly staleMs: number
}

export interface EnvironmentFacts {
  /** Patterns of variables that carry a login or an endpoint and would outrank the profile's own. */
  readonly scrubbed: readonly string[]
  /** Patterns of variables by which the agent knows that it runs inside itself. */
  readonly nesting: readonly string[]
  /** Set to a path below the shared home. */
  readonly belowSharedHome: Readonly<Record<string, string>>
  /**
   * Set to a name in the profile's `databases/`, or to that folder where it is empty: for programs that keep SQLite files and let themselves be told where: those
   * lie in no runtime, because a database must be neither moved nor copied while somebody has it open.
   */
  readonly databases: Readonly<Record<string, string>>
  /** Variables of a profile that are a login by themselves. */
  readonly loginVariables: readonly string[]
  /** Takes the profile's `base-url`. */
  readonly baseUrlVariable: string | null
  /** Arguments to put first that give the profile's `base-url`, where no variable does; `{url}` stands for it. */
  readonly baseUrlArguments: readonly string[]
  /** Setting that takes the profile's `api-key-command`; in the document that takes the overlay. */
  readonly apiKeyCommandSetting: string | null
  /** Arguments to put first when the working folder is HOME. */
  readonly argumentsInHome: readonly string[]
}
