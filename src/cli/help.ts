/** The help texts, made from the same data that the command line is parsed with. Pure. */
import { COMMON_OPTIONS } from './invocation.js'
import { wrapText } from './present/display-width.js'
import type { VerbDefinition, VerbOption, VerbPositional } from './verb.js'

/** Lines get hard to read beyond this, however wide the terminal is. */
const WIDEST = 100
/** Below this, explanations go under what they explain instead of beside it. */
const NARROW = 64
/** A longer term has its explanation on the next line. */
const TERM_LIMIT = 26
const INDENT = 2

/** `perch help`. */
export function overviewHelp(verbs: readonly VerbDefinition[], terminalWidth: number): readonly string[] {
  const width = Math.min(terminalWidth, WIDEST)
  const rows = verbs.map((verb) => [verb.name, verb.summary] as const)
  return [
    ...wrapText('perch runs coding agents under named profiles, in sessions that outlive the terminal.', width),
    '',
    'Usage: perch COMMAND [ARGUMENTS]',
    '',
    ...definitionLines(
      [
        ['perch run work', 'start the agent as "work", attached'],
        ['perch ls', 'what runs'],
        ['perch attach', 'come back to it'],
      ],
      width,
    ),
    '',
    'Commands:',
    ...definitionLines([...rows, ['help', 'this, or about one command: perch help run']], width),
    '',
    ...wrapText('Every command takes --json and --help. perch --version says the version.', width),
  ]
}

/** `perch help VERB`, or of every verb of a group. */
export function topicHelp(topic: string, verbs: readonly VerbDefinition[], terminalWidth: number): readonly string[] {
  const width = Math.min(terminalWidth, WIDEST)
  const exact = verbs.find(({ name }) => name === topic)
  if (exact) {
    const group = groupOf(topic, verbs)
    return [...verbHelp(exact, width), ...(group.length > 0 ? ['', 'Commands:', ...listLines(group, width)] : [])]
  }
  return [`Usage: perch ${topic} COMMAND`, '', ...listLines(groupOf(topic, verbs), width)]
}

/** The verbs whose names begin with this word. */
function groupOf(word: string, verbs: readonly VerbDefinition[]): readonly VerbDefinition[] {
  return verbs.filter(({ name }) => name.startsWith(`${word} `))
}

function listLines(verbs: readonly VerbDefinition[], width: number): readonly string[] {
  return definitionLines(
    verbs.map(({ name, summary }) => [name, summary] as const),
    width,
  )
}

function verbHelp(verb: VerbDefinition, width: number): readonly string[] {
  const options = Object.entries({ ...verb.options, ...COMMON_OPTIONS })
  return [
    ...wrapText(`Usage: perch ${usageOf(verb)}`, width),
    '',
    ...wrapText(`${sentence(verb.summary)}`, width),
    ...(verb.details ?? []).flatMap((paragraph) => ['', ...wrapText(paragraph, width)]),
    '',
    'Options:',
    ...definitionLines(
      options.map(([name, option]) => [optionTerm(name, option), option.summary] as const),
      width,
    ),
  ]
}

function usageOf(verb: VerbDefinition): string {
  const positionals = (verb.positionals ?? []).map(positionalTerm)
  const options = Object.keys(verb.options ?? {}).length > 0 ? ['[OPTIONS]'] : []
  const rest = verb.rest ? [verb.rest.required ? `-- ${verb.rest.name}` : `[-- ${verb.rest.name}]`] : []
  return [verb.name, ...positionals, ...options, ...rest].join(' ')
}

function positionalTerm({ name, optional, repeatable }: VerbPositional): string {
  const shown = repeatable ? `${name}...` : name
  return optional ? `[${shown}]` : shown
}

function optionTerm(name: string, { short, value }: VerbOption): string {
  return `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`
}

function definitionLines(rows: readonly (readonly [term: string, text: string])[], width: number): readonly string[] {
  const indent = ' '.repeat(INDENT)
  const isNarrow = width < NARROW
  const termWidth = Math.max(...rows.map(([term]) => term.length).filter((length) => length <= TERM_LIMIT), 0)
  const textIndent = ' '.repeat(isNarrow ? 2 * INDENT + 2 : INDENT + termWidth + 2)
  return rows.flatMap(([term, text]) => {
    const lines = wrapText(text, width - textIndent.length)
    const isBeside = !isNarrow && term.length <= termWidth
    const [first = '', ...others] = lines
    const head = isBeside ? [`${indent}${term.padEnd(termWidth)}  ${first}`] : [`${indent}${term}`, `${textIndent}${first}`]
    return [...head, ...others.map((line) => `${textIndent}${line}`)]
  })
}
