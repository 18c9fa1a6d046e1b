/** Which sessions `GET /v1/sessions` lists, from its query. Pure. */
import * as v from 'valibot'
import { type Session, SessionState } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'

export interface SessionFilter {
  readonly all: boolean
  readonly profile: string | null
  readonly originator: string | null
  readonly state: SessionState | null
  readonly labels: readonly (readonly [key: string, value: string])[]
}

/** @throws PerchError `bad-request` for a label without a value, or a state that does not exist */
export function filterOfQuery(query: URLSearchParams): SessionFilter {
  return {
    all: query.get('all') === '1',
    profile: query.get('profile'),
    originator: query.get('originator'),
    state: parseState(query.get('state')),
    labels: query.getAll('label').map(parseLabel),
  }
}

/** Whether sessions that simply ended are listed: whoever names a state need not ask for them as well. */
export function listsEnded({ all, state }: SessionFilter): boolean {
  return all || state !== null
}

/** Whether it fits everything that was asked for. */
export function isAsked(session: Session, filter: SessionFilter): boolean {
  return (
    (filter.state === null || session.state === filter.state) &&
    (filter.profile === null || session.profile === filter.profile) &&
    (filter.originator === null || session.originator === filter.originator) &&
    hasLabels(session, filter.labels)
  )
}

/** Whether it has all of these labels. */
export function hasLabels(
  { labels }: Pick<Session, 'labels'>,
  wanted: readonly (readonly [key: string, value: string])[],
): boolean {
  return wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)
}

function parseState(text: string | null): SessionState | null {
  if (text === null || v.is(SessionState, text)) return text
  throw new PerchError('bad-request', `there is no state ${JSON.stringify(text)}`, {
    hint: `There are: ${SessionState.options.join(', ')}.`,
  })
}

function parseLabel(text: string): readonly [string, string] {
  const equals = text.indexOf('=')
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)]
  throw new PerchError('bad-request', `${JSON.stringify(text)} is not a label`, { hint: 'Write it as KEY=VALUE.' })
}
