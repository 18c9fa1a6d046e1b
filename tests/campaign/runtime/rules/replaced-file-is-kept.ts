/**
 * The shared file that everybody replaces: each version that no later one can have replaced is there, in its place or
 * kept aside; and what is in its place somebody wrote.
 */
import { readText } from '../../../runtime/profile-lab.js'
import { REPLACED_FILE } from '../client-plan.js'
import { writtenSteps } from '../history.js'
import { type Outcome, personOf } from './outcome.js'

export function replacedFileIsKept(outcome: Outcome): readonly string[] {
  const versions = writtenSteps(outcome.history, 'replace')
  const now = readText(personOf(outcome).inShared(REPLACED_FILE))
  const kept = [now, ...outcome.labs.flatMap((lab) => lab.conflicts())]
  const isLast = (doneMs: number) => !versions.some(({ begunMs }) => begunMs > doneMs)
  const lost = versions.filter(({ id, doneMs }) => doneMs !== null && isLast(doneMs) && !kept.includes(id))
  const isKnown = now === 'at first' || versions.some(({ id }) => id === now)
  return [
    ...(isKnown ? [] : [`${REPLACED_FILE} says what nobody wrote: ${now}`]),
    ...lost.map(({ id }) => `the version ${id} of ${REPLACED_FILE} is neither in its place nor kept aside`),
  ]
}
