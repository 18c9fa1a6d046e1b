/**
 * What an agent tells officially about itself while it runs, and how it is asked to: hooks, a status line, telemetry. Data; the
 * daemon plans by it (`signal-plan.ts`), the host listens.
 */

/** What one of an agent's hooks means, in words of ours. */
export type HookWord =
  | 'session-started'
  | 'prompt-submitted'
  | 'tool-started'
  | 'tool-ended'
  | 'permission-asked'
  | 'notified'
  | 'turn-ended'
  | 'turn-failed'
  | 'session-ended'

export interface SignalFacts {
  /** Where settings lie that concern all this. */
  readonly files: SettingsFiles
  /** Null when the agent has no settings that can be laid over a person's for one start. */
  readonly settings: SettingsFacts | null
  /** Null when it exports none over OTLP. */
  readonly telemetry: TelemetryFacts | null
  /** Null when it keeps none that tells of allowances. */
  readonly conversationLog: ConversationLogFacts | null
}

/** A log of each conversation, a JSON document a line, which is looked at whenever telemetry has told of a request in it. */
export interface ConversationLogFacts {
  /** In the config folder. The names of the files end with the conversation's id and `.jsonl`. */
  readonly folder: string
  /** How many folders deep they lie in it. */
  readonly depth: number
  /** In a line that tells of allowances. */
  readonly word: string
  readonly allowances: AllowanceFacts
}

export interface SettingsFiles {
  /** Of the machine's administrator, which are above all; absolute. */
  readonly managed: readonly string[]
  /** Below the working folder, most important first. */
  readonly inProject: readonly string[]
  /** In the config folder. */
  readonly inConfig: string
}

/** Settings that are given to one start of the agent, above all of the person's own, whose hooks they leave alone. */
export interface SettingsFacts {
  /** Takes the path of a JSON file. A person who gives it is left alone. */
  readonly option: string
  /** Options of a run without an interface, which tells of its hooks in its own output: it gets no settings. */
  readonly headless: readonly string[]
  /** The agent's names of hooks, and what each means. */
  readonly hooks: Readonly<Record<string, HookWord>>
  /** Keys in what hooks are given. */
  readonly hookKeys: HookKeys
  readonly statusLine: AllowanceFacts
}

export interface HookKeys {
  readonly tool: string
  readonly about: string
  readonly message: string
  readonly error: string
}

/** Where a document of the agent tells of the account's allowances. */
export interface AllowanceFacts {
  /** Path of the object that holds them by name. */
  readonly windows: readonly string[]
  /** What each is called here; another name stands for itself. */
  readonly kinds: Readonly<Record<string, string>>
  /** The key of how long a window is, in minutes, after which it is called; null where its name says that. */
  readonly minutes: string | null
  readonly usedPercent: string
  /** In seconds since 1970. */
  readonly resetsAt: string
  /** Path of a number that grows with each answer of the model: the allowances are as old as that. Empty where there is none. */
  readonly answers: readonly string[]
}

export interface TelemetryFacts {
  /** What turns it on: `{url}` stands for the receiver's address, `{token}` for what it asks for. */
  readonly variables: Readonly<Record<string, string>>
  /** The same as arguments, before all others; they are in the list of processes and hold no token. */
  readonly arguments: readonly string[]
  /** Patterns of variables of a person who has set up telemetry themselves, and is left alone. */
  readonly persons: readonly string[]
  /** Words in settings of such a person; one that begins a line begins with its break. */
  readonly personsWords: readonly string[]
  /** Where they are: in log records with this `event.name`, or in spans of this name. */
  readonly from: 'logs' | 'traces'
  readonly requests: RequestEventFacts
  /** Null when it tells of none. */
  readonly errors: ErrorEventFacts | null
}

/** A record of telemetry that tells of one request, or of several in one. Names are those of its attributes. */
export interface RequestEventFacts {
  readonly event: string
  /** What identifies the request: the first of these lists of which it has every attribute. */
  readonly key: readonly (readonly string[])[]
  readonly conversation: string
  readonly model: string
  /** Added up; a request has the first of them. */
  readonly input: readonly string[]
  readonly output: readonly string[]
  /** Null for what the agent does not say. */
  readonly cacheRead: string | null
  readonly cacheCreation: string | null
  /** Whether what was read from a cache is in `input` too. */
  readonly inputHoldsCacheRead: boolean
  readonly costUsd: string | null
}

/** A record that tells of a request that failed; one with a status below 400 did not. */
export interface ErrorEventFacts {
  readonly event: string
  readonly key: readonly (readonly string[])[]
  readonly conversation: string
  readonly model: string
  readonly status: string
}
