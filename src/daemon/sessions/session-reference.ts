/**
 * Which session a person means: an id, a name, or the beginning of an id. Pure.
 */
import { PerchError } from '../../platform/perch-error.js'

export interface Referable {
  readonly id: string
  readonly name: string | null
  readonly live: boolean
  /** ISO 8601, so that text order is time order. */
  readonly createdAt: string
}

/** More are not listed in the message about an ambiguous prefix. */
const LISTED_CANDIDATES = 8

/**
 * An exact id, else the live session of that name, else the latest ended one of that name, else a unique prefix of an id.
 * @throws PerchError `session-not-found`, `ambiguous-session`
 */
export function resolveReference<T extends Referable>(reference: string, sessions: readonly T[]): T {
  const exact = sessions.find(({ id }) => id === reference)
  if (exact) return exact
  const named = sessions.filter(({ name }) => name === reference)
  const byName = named.find(({ live }) => live) ?? latest(named)
  if (byName) return byName
  const byPrefix = reference === '' ? [] : sessions.filter(({ id }) => id.startsWith(reference))
  const [only, ...others] = byPrefix
  if (only === undefined) {
    throw new PerchError('session-not-found', `there is no session ${JSON.stringify(reference)}`, {
      hint: 'perch ls -a lists the sessions.',
    })
  }
  if (others.length > 0) throw ambiguous(reference, byPrefix)
  return only
}

function latest<T extends Referable>(sessions: readonly T[]): T | undefined {
  return sessions.reduce<T | undefined>((best, one) => (best && best.createdAt >= one.createdAt ? best : one), undefined)
}

function ambiguous(reference: string, candidates: readonly Referable[]): PerchError {
  const shown = candidates.slice(0, LISTED_CANDIDATES).map(({ id, name }) => (name ? `${id} (${name})` : id))
  const more = candidates.length > shown.length ? `, and ${candidates.length - shown.length} more` : ''
  return new PerchError('ambiguous-session', `${JSON.stringify(reference)} may be ${shown.join(', ')}${more}`, {
    hint: 'Give more of the id.',
  })
}
