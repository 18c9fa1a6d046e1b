/** From the words on the command line to the verb that is meant. Pure: knows the verbs only as the data it is given. */
import type { PerchError } from '../platform/perch-error.js'
import { parseInvocation, usageError } from './invocation.js'
import { nearestWord } from './nearest-word.js'
import type { Invocation, VerbDefinition } from './verb.js'

export type CommandLine =
  | { readonly kind: 'verb'; readonly verb: VerbDefinition; readonly invocation: Invocation }
  /** `topic` is a verb or the first word of some; the overview when absent. */
  | { readonly kind: 'help'; readonly topic: string | undefined }
  | { readonly kind: 'version' }

/**
 * Parses the arguments after the program's name.
 * @throws PerchError `usage`, with what was probably meant
 */
export function parseCommandLine(args: readonly string[], verbs: readonly VerbDefinition[]): CommandLine {
  const [first, second] = args
  if (first === undefined || first === '--help' || first === '-h') return { kind: 'help', topic: undefined }
  if (first === '--version' || first === '-V') return { kind: 'version' }
  if (first === 'help') return helpRequest(args.slice(1), verbs)
  // The longer name counts: in `tee ls` the word is no session, which `tee` by itself takes there.
  const verb = verbs.find(({ name }) => name === `${first} ${second}`) ?? verbs.find(({ name }) => name === first)
  if (verb === undefined) return withoutVerb(first, second, verbs)
  const words = args.slice(verb.name.split(' ').length)
  const invocation = parseInvocation(verb, words)
  return invocation.flags.has('help') ? { kind: 'help', topic: verb.name } : { kind: 'verb', verb, invocation }
}

/** Whether `--json` was asked for, also on a command line that does not parse. */
export function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end < 0 ? args : args.slice(0, end)).includes('--json')
}

function helpRequest(words: readonly string[], verbs: readonly VerbDefinition[]): CommandLine {
  const topic = words.filter((word) => !word.startsWith('-')).join(' ')
  if (topic === '') return { kind: 'help', topic: undefined }
  if (verbs.some(({ name }) => name === topic || name.startsWith(`${topic} `))) return { kind: 'help', topic }
  throw unknownVerb(topic, verbs)
}

function withoutVerb(first: string, second: string | undefined, verbs: readonly VerbDefinition[]): CommandLine {
  const group = verbs.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name)
  if (group.length === 0) {
    if (first.startsWith('-')) throw usageError(`there is no option ${first} before a command`, 'perch help lists the commands.')
    throw unknownVerb(first, verbs)
  }
  if (second === '--help' || second === '-h') return { kind: 'help', topic: first }
  const known = group.map((name) => name.slice(first.length + 1))
  if (second === undefined || second.startsWith('-')) throw usageError(`perch ${first} needs one of: ${known.join(', ')}`)
  const meant = nearestWord(second, known)
  throw usageError(
    `there is no command perch ${first} ${second}`,
    meant ? `Did you mean perch ${first} ${meant}?` : `There are: ${known.join(', ')}.`,
  )
}

function unknownVerb(word: string, verbs: readonly VerbDefinition[]): PerchError {
  const words = [...new Set([...verbs.flatMap(({ name }) => [name, name.split(' ')[0] ?? name]), 'help'])]
  const meant = nearestWord(word, words)
  return usageError(`there is no command ${word}`, meant ? `Did you mean perch ${meant}?` : 'perch help lists the commands.')
}
