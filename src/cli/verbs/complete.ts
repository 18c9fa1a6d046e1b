/**
 * `perch __complete SHELL AT -- WORDS`: what may stand at the word `AT` of the words after `perch`. A word that is not there is
 * empty: PowerShell hands no empty ones over. Asks no daemon and starts nothing.
 */
import { readBashWord } from '../completion/bash-words.js'
import { completeLine } from '../completion/complete-line.js'
import { replyLines } from '../completion/reply.js'
import { storedSources } from '../completion/stored-names.js'
import { nothingShown, type VerbResult } from '../result.js'
import { printTarget } from '../streams/print-target.js'
import { writeText } from '../streams/write-text.js'
import { parseShell } from '../values/shell.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'
import { verbs } from '../verb-table.js'

export async function run(invocation: Invocation, { paths }: CliContext): Promise<VerbResult> {
  const [name = '', at] = invocation.positionals
  const shell = parseShell(name)
  const given = invocation.rest ?? []
  const typed = given[Number(at)] ?? ''
  const textOf = (word: string) => (shell === 'bash' ? readBashWord(word).text : word)
  const words = given.slice(0, Number(at)).map(textOf)
  const completion = completeLine({ words, current: textOf(typed), verbs, sources: storedSources(paths) })
  const kept = optionValue(invocation, 'kept') ?? ''
  // Words go to the shell as they are: the printer would make them fit to be read, not to be typed.
  await writeText(printTarget(1), `${replyLines({ shell, completion, current: typed, kept }).join('\n')}\n`)
  return nothingShown()
}
