/** One thing done to several sessions: what works is done, what fails is told, and neither stops the other. */
import { PerchError } from '../platform/perch-error.js'

export interface Tally<T> {
  readonly done: readonly T[]
  readonly problems: readonly PerchError[]
}

/** Does it to all of them at once. Throws only what is no answer about a session. */
export async function forEachSession<T>(sessions: readonly string[], act: (session: string) => Promise<T>): Promise<Tally<T>> {
  const outcomes = await Promise.allSettled([...new Set(sessions)].map(act))
  const done: T[] = []
  const problems: PerchError[] = []
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') done.push(outcome.value)
    else if (outcome.reason instanceof PerchError) problems.push(outcome.reason)
    else throw outcome.reason
  }
  return { done, problems }
}
