/**
 * The arguments of a verb, checked against its definition: options, positionals, and what follows `--`. Pure; the meaning
 * of values (sizes, durations, names) is the verb's.
 */
import { parseArgs } from 'node:util'
import { PerchError } from '../platform/perch-error.js'
import { nearestWord } from './nearest-word.js'
import type { Invocation, VerbDefinition, VerbOption } from './verb.js'

/** Options that every verb takes. */
export const COMMON_OPTIONS: Readonly<Record<string, VerbOption>> = {
  json: { summary: 'one JSON document on stdout' },
  help: { short: 'h', summary: 'how to use this' },
}

/** @throws PerchError `usage`, `empty-command` */
export function parseInvocation(verb: VerbDefinition, words: readonly string[]): Invocation {
  const options: Readonly<Record<string, VerbOption>> = { ...verb.options, ...COMMON_OPTIONS }
  const end = words.indexOf('--')
  const own = end < 0 ? words : words.slice(0, end)
  const rest = end < 0 ? undefined : words.slice(end + 1)
  const flags = new Set<string>()
  const values = new Map<string, string[]>()
  const positionals: string[] = []
  for (const token of tokensOf(own, options)) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (option === undefined) throw unknownOption(verb, token.rawName, options)
    if (option.value === undefined) {
      if (token.value !== undefined) throw usageError(`${token.rawName} of perch ${verb.name} takes no value`, helpHint(verb))
      flags.add(token.name)
      continue
    }
    const { value } = token
    const isMissing = value === undefined || (!token.inlineValue && value.startsWith('--'))
    if (isMissing) throw usageError(`${token.rawName} of perch ${verb.name} needs a value: ${option.value}`, helpHint(verb))
    const given = values.get(token.name)
    if (given && option.repeatable) given.push(value)
    else if (given) throw usageError(`${token.rawName} of perch ${verb.name} was given twice`, helpHint(verb))
    else values.set(token.name, [value])
  }
  if (verb.rest === undefined && rest) positionals.push(...rest)
  const invocation = { positionals, flags, values, rest: verb.rest && rest }
  if (!flags.has('help')) checkPositionals(verb, invocation)
  return invocation
}

function tokensOf(args: readonly string[], options: Readonly<Record<string, VerbOption>>) {
  // The first use of the parser costs 0.6 ms, which a plain `perch ls` can do without.
  if (args.length === 0) return []
  // Not strict: its messages name neither the verb nor what was probably meant.
  return parseArgs({ args: [...args], options: parserOptions(options), strict: false, allowPositionals: true, tokens: true })
    .tokens
}

function parserOptions(options: Readonly<Record<string, VerbOption>>) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { short, value }]) => {
      const type = value === undefined ? ('boolean' as const) : ('string' as const)
      return [name, short === undefined ? { type } : { type, short }]
    }),
  )
}

function checkPositionals(verb: VerbDefinition, { positionals, rest }: Invocation): void {
  const wanted = verb.positionals ?? []
  const missing = wanted.filter(({ optional }) => !optional)[positionals.length]
  if (missing) throw usageError(`perch ${verb.name} needs ${missing.name}`, helpHint(verb))
  if (positionals.length > wanted.length && !wanted.at(-1)?.repeatable) {
    const extra = positionals[wanted.length]
    const hint = verb.rest ? `What is meant for the program goes after --: perch ${verb.name} … -- ${extra}` : helpHint(verb)
    throw usageError(`perch ${verb.name} does not know what to do with ${extra}`, hint)
  }
  if (verb.rest?.required && !rest?.length) {
    throw new PerchError('empty-command', `perch ${verb.name} needs a command after --`, { hint: helpHint(verb) })
  }
}

function unknownOption(verb: VerbDefinition, given: string, options: Readonly<Record<string, VerbOption>>): PerchError {
  const meant = nearestWord(
    given,
    Object.keys(options).map((name) => `--${name}`),
  )
  const elsewhere = verb.rest ? 'Options for the program go after --.' : helpHint(verb)
  return usageError(`perch ${verb.name} has no option ${given}`, meant ? `Did you mean ${meant}?` : elsewhere)
}

function helpHint(verb: VerbDefinition): string {
  return `See: perch help ${verb.name}`
}

/** Wrong usage, with what to do instead. */
export function usageError(message: string, hint?: string): PerchError {
  return new PerchError('usage', message, { hint: hint ?? 'perch help lists the commands.' })
}
