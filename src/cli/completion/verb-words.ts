/** The words that verbs are named by, one after the other. Pure. */
import type { VerbDefinition } from '../verb.js'
import type { Candidate } from './candidate.js'

const HELP: Candidate = { word: 'help', summary: 'about one command: perch help run' }

/** The words that may follow these to name a verb; of the first, each once. */
export function verbWords(verbs: readonly VerbDefinition[], before: readonly string[]): readonly Candidate[] {
  const [group] = before
  if (before.length > 1) return []
  if (group !== undefined) {
    return verbs
      .filter(({ name }) => name.startsWith(`${group} `))
      .map(({ name, summary }) => ({ word: name.slice(group.length + 1), summary }))
  }
  const words = [...new Set(verbs.map(({ name }) => name.split(' ')[0] ?? name))]
  return [...words.map((word) => ({ word, summary: summaryOf(word, verbs) })), HELP]
}

/** Of a group without a verb of its own: what there is in it. */
function summaryOf(word: string, verbs: readonly VerbDefinition[]): string {
  const own = verbs.find(({ name }) => name === word)
  return (
    own?.summary ??
    verbWords(verbs, [word])
      .map((candidate) => candidate.word)
      .join(', ')
  )
}
