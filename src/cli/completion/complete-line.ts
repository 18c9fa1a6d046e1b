/**
 * What may stand at the cursor of a command line, by the table that the line would be parsed with: every verb and every option
 * is offered because it is there. Pure; which sessions and profiles there are is asked of `sources`.
 */
import type { Takes, VerbDefinition } from '../verb.js'
import type { Candidate, CompletionSources } from './candidate.js'
import { optionsOf, readGivenWords } from './given-words.js'
import { positionalTakes, restTakes, valueTakes } from './placeholders.js'
import { verbWords } from './verb-words.js'

export type Completion =
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  /** The shell knows them best. What is completed comes after `after`, the beginning of the word. */
  | { readonly kind: 'files' | 'folders'; readonly after: string }
  /** A command line of its own, from this word on. */
  | { readonly kind: 'command'; readonly at: number }

export interface LineRequest {
  /** The words after `perch` and before the one at the cursor. */
  readonly words: readonly string[]
  /** The word at the cursor, as far as it is typed. */
  readonly current: string
  readonly verbs: readonly VerbDefinition[]
  readonly sources: CompletionSources
}

const PROGRAM_OPTIONS: readonly Candidate[] = [
  { word: '--help', summary: 'what perch can do' },
  { word: '--version', summary: 'which perch this is' },
]

export function completeLine(request: LineRequest): Completion {
  const { words, current, verbs } = request
  const [first, second] = words
  if (first === undefined) return offered([...verbWords(verbs, []), ...(current.startsWith('-') ? PROGRAM_OPTIONS : [])])
  if (first === 'help') return offered(verbWords(verbs, words.slice(1)))
  const named = second === undefined ? undefined : verbs.find(({ name }) => name === `${first} ${second}`)
  const verb = named ?? verbs.find(({ name }) => name === first)
  const completion = verb && completeVerb(request, verb, verb.name.split(' ').length)
  const group = words.length === 1 ? verbWords(verbs, words) : []
  if (group.length === 0) return completion ?? offered([])
  return offered([...group, ...(completion?.kind === 'words' ? completion.candidates : [])])
}

function completeVerb(request: LineRequest, verb: VerbDefinition, skipped: number): Completion {
  const { current } = request
  const given = readGivenWords(verb, request.words.slice(skipped))
  if (given.awaits) return taken(request, valueTakes(given.awaits), '')
  if (given.restAt !== undefined && verb.rest) {
    const at = skipped + given.restAt
    return restTakes(verb.rest.name) === 'command' ? { kind: 'command', at } : { kind: 'files', after: '' }
  }
  const areOptionsOver = given.restAt !== undefined
  const inline = areOptionsOver ? null : /^--([^=]+)=/.exec(current)
  if (inline) {
    const option = Object.entries(optionsOf(verb)).find(([name]) => name === inline[1])?.[1]
    return option?.value === undefined ? offered([]) : taken(request, valueTakes(option), inline[0])
  }
  const positional = positionalAt(verb, given.positionals)
  if (areOptionsOver) return positional ? taken(request, positionalTakes(positional, given.options), '') : offered([])
  if (current.startsWith('-') || positional === undefined) return offered(optionWords(verb, given.options))
  return taken(request, positionalTakes(positional, given.options), '')
}

function positionalAt({ positionals = [] }: VerbDefinition, at: number) {
  const last = positionals.at(-1)
  return positionals[at] ?? (last?.repeatable ? last : undefined)
}

function optionWords(verb: VerbDefinition, given: ReadonlySet<string>): readonly Candidate[] {
  const options = Object.entries(optionsOf(verb)).filter(([name, { repeatable }]) => repeatable || !given.has(name))
  const words = options.flatMap(([name, { short, summary }]) =>
    [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].map((word) => ({ word, summary })),
  )
  return [...words, ...(verb.rest ? [{ word: '--', summary: `then ${verb.rest.name}` }] : [])]
}

function taken({ sources, verbs }: LineRequest, takes: Takes, after: string): Completion {
  const words = (candidates: readonly Candidate[]) =>
    offered(candidates.map(({ word, summary }) => ({ word: `${after}${word}`, summary })))
  switch (takes) {
    case 'profile':
      return words(sources.profiles('all'))
    case 'made-profile':
      return words(sources.profiles('made'))
    case 'session':
      return words(sources.sessions('all'))
    case 'live-session':
      return words(sources.sessions('live'))
    case 'ended-session':
      return words(sources.sessions('ended'))
    case 'verb':
      return words(verbWords(verbs, []))
    case 'file':
    case 'command':
      return { kind: 'files', after }
    case 'folder':
      return { kind: 'folders', after }
    case 'anything':
      return offered([])
    default:
      return words(takes.map((word) => ({ word, summary: '' })))
  }
}

function offered(candidates: readonly Candidate[]): Completion {
  return { kind: 'words', candidates }
}
