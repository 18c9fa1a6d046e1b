/** Which shims are meant by the words of a command. */
import { PerchError } from '../../platform/perch-error.js'
import { type ShimName, shimNames } from './shim-folder.js'

/**
 * The shims of these agents, or of these programs.
 * @throws PerchError `unknown-agent`
 */
export function namedShims(words: readonly string[]): readonly ShimName[] {
  const unknown = words.find((word) => !shimNames.some((name) => isMeant(name, word)))
  if (unknown === undefined) return shimNames.filter((name) => words.some((word) => isMeant(name, word)))
  throw new PerchError('unknown-agent', `there is no shim for ${JSON.stringify(unknown)}`, {
    hint: `There can be: ${shimNames.map(({ command }) => command).join(', ')}.`,
  })
}

function isMeant({ agent, command }: ShimName, word: string): boolean {
  return agent.name === word || command === word
}
