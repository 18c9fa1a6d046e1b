/** Every line of the history and every file that a client made is there exactly once, with its content. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readText } from '../../../runtime/profile-lab.js'
import { fileOf, lineOf } from '../client-actions.js'
import { type WrittenStep, writtenSteps } from '../history.js'
import { type Outcome, personOf } from './outcome.js'

export function filesAreThere(outcome: Outcome): readonly string[] {
  const { history, labs } = outcome
  const { inShared } = personOf(outcome)
  const lines = readText(inShared('history.jsonl')).split('\n')
  const aside = labs.flatMap((lab) => lab.conflicts())
  const copies = ({ id }: WrittenStep, path: string) =>
    (existsSync(path) && readText(path) === id ? 1 : 0) + aside.filter((content) => content === id).length
  return [
    ...miscounted(writtenSteps(history, 'line'), 'the line', ({ id }) => lines.filter((line) => line === lineOf(id)).length),
    ...miscounted(writtenSteps(history, 'file'), 'the file', (step) => copies(step, inShared(fileOf(step.id)))),
    ...miscounted(writtenSteps(history, 'folder'), 'the folder', (step) => copies(step, join(inShared(step.id), 'inside.md'))),
  ]
}

/** One whose client was killed in the middle of it may be missing. */
function miscounted(steps: readonly WrittenStep[], what: string, count: (step: WrittenStep) => number): readonly string[] {
  return steps.flatMap((step) => {
    const found = count(step)
    if (found === 1 || (found === 0 && step.doneMs === null)) return []
    return [`${what} ${step.id} is there ${found} times`]
  })
}
