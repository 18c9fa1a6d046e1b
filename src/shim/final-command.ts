/** What the shell of a shim evaluates in the end: the changes of its environment, and the command that it becomes. Pure. */
import { quotedWord } from '../platform/shell-words.js'

export interface FinalCommand {
  /** Absolute. */
  readonly program: string
  /** Before the arguments that the shim was given. */
  readonly args: readonly string[]
  readonly set: Readonly<Record<string, string>>
  readonly unset: readonly string[]
  /** Variables that the shell itself could not keep, with what they had when it began. */
  readonly dropped: Readonly<Record<string, string>>
}

/** A name that a POSIX shell takes for a variable. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/

/** The lines to evaluate, by any POSIX shell. */
export function finalCommand({ program, args, set, unset, dropped }: FinalCommand): string {
  const names = unset.filter((name) => IDENTIFIER.test(name))
  const own = Object.entries(set).filter(([name]) => IDENTIFIER.test(name))
  // A shell that cannot keep such a variable does not have it any more either; `env` gives it to the program.
  const others = Object.entries({ ...dropped, ...set }).filter(([name]) => !IDENTIFIER.test(name) && !unset.includes(name))
  const words = [program, ...args].map(quotedWord)
  const through = others.length === 0 ? [] : ['/usr/bin/env', ...others.map(([name, value]) => quotedWord(`${name}=${value}`))]
  return [
    ...(names.length === 0 ? [] : [`unset ${names.join(' ')}`]),
    ...own.map(([name, value]) => `export ${name}=${quotedWord(value)}`),
    `exec ${[...through, ...words].join(' ')} "$@"`,
    '',
  ].join('\n')
}

/** The variables of an environment that a POSIX shell may drop at its start: those whose names are no identifiers. */
export function unkeptVariables(environment: string): Readonly<Record<string, string>> {
  const pairs = environment.split('\0').flatMap((entry) => {
    const end = entry.indexOf('=', 1)
    return end < 0 ? [] : [[entry.slice(0, end), entry.slice(end + 1)] as const]
  })
  return Object.fromEntries(pairs.filter(([name]) => !IDENTIFIER.test(name)))
}
