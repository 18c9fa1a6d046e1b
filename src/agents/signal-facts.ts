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
  /** Null when the agent has no settings that can be laid over a person's for one start. */
  readonly settings: SettingsFacts | null
  /** Null when it exports none over OTLP. */
  readonly telemetry: TelemetryFacts | null
}

/** Settings that are given to one start of the agent, above all of the person's own, whose hooks they leave alone. */
export interface SettingsFacts {
  /** Takes the path of a JSON file. A person who gives it is left alone. */
  readonly option: string
  /** The agent's names of hooks, and what each means. */
  readonly hooks: Readonly<Record<string, HookWord>>
  /** Keys in what hooks are given. */
  readonly hookKeys: HookKeys
  readonly statusLine: StatusLineFacts
  /** Where else a person's settings lie, most important first: below the working folder, and at last in the config folder. */
  readonly inProject: readonly string[]
  readonly inConfig: string
  /** Settings of the machine's administrator, which are above all. */
  readonly managed: readonly string[]
}

export interface HookKeys {
  readonly tool: string
  readonly about: string
  readonly message: string
  readonly error: string
}

/** Where the document that a status line is given tells of the account's allowances. */
export interface StatusLineFacts {
  readonly windows: string
  /** What each is called here; another name stands for itself. */
  readonly kinds: Readonly<Record<string, string>>
  readonly usedPercent: string
  /** In seconds since 1970. */
  readonly resetsAt: string
  /** Path of a number that grows with each answer of the model: the allowances are as old as that. */
  readonly answers: readonly string[]
}

export interface TelemetryFacts {
  /** What turns it on: `{url}` stands for the receiver's address, `{token}` for what it asks for. */
  readonly variables: Readonly<Record<string, string>>
  /** Patterns of variables, in the environment or in settings, of a person who exports it already, and is left alone. */
  readonly persons: readonly string[]
  readonly requests: RequestEventFacts
  readonly errors: ErrorEventFacts
}

/** A log record of telemetry that tells of one request. Names are those of its attributes. */
export interface RequestEventFacts {
  readonly event: string
  /** What identifies the request: the first of these lists of which it has every attribute. */
  readonly key: readonly (readonly string[])[]
  readonly conversation: string
  readonly model: string
  readonly input: string
  readonly output: string
  readonly cacheRead: string
  readonly cacheCreation: string
  readonly costUsd: string
}

export interface ErrorEventFacts {
  readonly event: string
  readonly key: readonly (readonly string[])[]
  readonly conversation: string
  readonly model: string
  readonly status: string
}
