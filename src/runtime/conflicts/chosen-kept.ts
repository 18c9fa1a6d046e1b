/** Which kept things a person means. Pure. */
import { PerchError } from '../../platform/perch-error.js'
import type { KeptThing } from './list-kept.js'
import { conflictNotFound } from './resolve-conflict.js'

/**
 * Those with these ids, each once, or beginnings of ids that only one has; without ids all that wait for a decision.
 * @throws PerchError `conflict-not-found`, `ambiguous-conflict`: then nothing is to be done to any of them
 */
export function chosenKept(kept: readonly KeptThing[], ids: readonly string[] | undefined): readonly KeptThing[] {
  if (ids === undefined) return kept.filter(({ state }) => state === 'open')
  return [...new Set(ids.map((id) => onlyOne(kept, id)))]
}

function onlyOne(kept: readonly KeptThing[], id: string): KeptThing {
  const found = kept.filter((thing) => id !== '' && thing.id.startsWith(id))
  const [only] = found
  if (only === undefined) throw conflictNotFound(id)
  if (found.length === 1) return only
  const hint = found.every((thing) => thing.id === id)
    ? `Name the profile too: perch sync resolve ${only.profile} ${id}`
    : `Give more of it: ${found.map((thing) => thing.id).join(', ')}`
  throw new PerchError('ambiguous-conflict', `${id} is the beginning of ${found.length} conflicts`, { hint })
}
