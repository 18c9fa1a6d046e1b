/**
 * What a verb of the command line is: data that parsing and help are made from, and a module that is loaded only when the
 * verb is used. A verb does its work through the client and returns data; the printer prints.
 */
import type { PerchClient } from '../client/perch-client.js'
import type { PerchPaths } from '../platform/paths.js'
import type { VerbResult } from './result.js'

/** What a word stands for, so that a shell can complete it: one of these words, or what there is of its kind. */
export type Takes =
  | readonly string[]
  | 'profile'
  | 'made-profile'
  | 'session'
  | 'live-session'
  | 'ended-session'
  | 'file'
  | 'folder'
  /** A program with its own arguments. */
  | 'command'
  /** The name of a command of perch. */
  | 'verb'
  | 'anything'

export interface VerbOption {
  readonly summary: string
  /** One letter. */
  readonly short?: string
  /** Placeholder of its value (`DIR`); a plain flag when absent. */
  readonly value?: string
  /** What its value is; as its placeholder says when absent (`completion/placeholders.ts`). */
  readonly takes?: Takes
  readonly repeatable?: boolean
}

export interface VerbPositional {
  readonly name: string
  readonly optional?: boolean
  /** The last one may take any number of arguments. */
  readonly repeatable?: boolean
  /** As its name says when absent (`completion/placeholders.ts`). */
  readonly takes?: Takes
  /** What it takes once one of these options is given. */
  readonly takesWith?: Readonly<Record<string, Takes>>
}

export interface VerbDefinition {
  /** One word, or two for a verb of a group: `profile add`. */
  readonly name: string
  readonly summary: string
  /** Paragraphs for `perch help VERB`. */
  readonly details?: readonly string[]
  readonly positionals?: readonly VerbPositional[]
  readonly options?: Readonly<Record<string, VerbOption>>
  /** What follows `--`, untouched. Without it, arguments after `--` are ordinary ones that may begin with a dash. */
  readonly rest?: { readonly name: string; readonly required?: boolean }
  readonly load: () => Promise<VerbModule>
}

export interface VerbModule {
  readonly run: (invocation: Invocation, context: CliContext) => Promise<VerbResult>
}

/** The arguments of one use of a verb, checked against its definition but for their meaning. */
export interface Invocation {
  readonly positionals: readonly string[]
  /** What followed `--`; undefined when there was none. */
  readonly rest: readonly string[] | undefined
  readonly flags: ReadonlySet<string>
  readonly values: ReadonlyMap<string, readonly string[]>
}

/** What a verb works with. */
export interface CliContext {
  readonly env: NodeJS.ProcessEnv
  readonly paths: PerchPaths
  /** A client that starts the daemon when there is none. */
  client(): Promise<PerchClient>
  /** Says something to the person, on stderr, at once. */
  notice(message: string): void
}

/** The last value given for an option. */
export function optionValue(invocation: Invocation, name: string): string | undefined {
  return invocation.values.get(name)?.at(-1)
}

/** Every value given for a repeatable option. */
export function optionValues(invocation: Invocation, name: string): readonly string[] {
  return invocation.values.get(name) ?? []
}
