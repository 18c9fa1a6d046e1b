/**
 * What the words before the cursor mean to a verb, read as `invocation.ts` reads them but without refusing anything: a line
 * that is being typed is rarely complete. Pure.
 */
import { COMMON_OPTIONS } from '../invocation.js'
import type { VerbDefinition, VerbOption } from '../verb.js'

export interface GivenWords {
  readonly options: ReadonlySet<string>
  readonly positionals: number
  /** The option whose value comes next. */
  readonly awaits: VerbOption | undefined
  /** Where the words after `--` begin; undefined before that. */
  readonly restAt: number | undefined
}

/** The options of a verb, with those that every verb takes. */
export function optionsOf(verb: VerbDefinition): Readonly<Record<string, VerbOption>> {
  return { ...verb.options, ...COMMON_OPTIONS }
}

export function readGivenWords(verb: VerbDefinition, words: readonly string[]): GivenWords {
  const options = Object.entries(optionsOf(verb))
  const given = new Set<string>()
  let positionals = 0
  let awaits: VerbOption | undefined
  for (const [at, word] of words.entries()) {
    if (awaits !== undefined) {
      awaits = undefined
    } else if (word === '--') {
      if (verb.rest) return { options: given, positionals, awaits, restAt: at + 1 }
      return { options: given, positionals: positionals + words.length - at - 1, awaits, restAt: at + 1 }
    } else if (word.startsWith('--')) {
      const [name = '', value] = word.slice(2).split('=', 2)
      given.add(name)
      const option = options.find(([known]) => known === name)?.[1]
      if (option?.value !== undefined && value === undefined) awaits = option
    } else if (word.length > 1 && word.startsWith('-')) {
      awaits = readCluster(word.slice(1), options, given)
    } else {
      positionals += 1
    }
  }
  return { options: given, positionals, awaits, restAt: undefined }
}

/** `-ad`, `-nNAME`, `-n`: the option whose value is in the next word, if that is so. */
function readCluster(
  letters: string,
  options: readonly (readonly [string, VerbOption])[],
  given: Set<string>,
): VerbOption | undefined {
  for (const [at, letter] of [...letters].entries()) {
    const [name, option] = options.find(([, { short }]) => short === letter) ?? []
    if (name === undefined || option === undefined) return undefined
    given.add(name)
    if (option.value !== undefined) return at === letters.length - 1 ? option : undefined
  }
  return undefined
}
