/** Which sessions need a person. Pure. */
import type { AttentionState } from '../../api/attention.js'
import type { Session } from '../../api/session.js'

const NEEDS_PERSON: ReadonlySet<AttentionState> = new Set(['permission', 'waiting', 'limit'])

/** Whether nothing goes on in it until somebody comes. */
export function needsPerson({ state, attention }: Pick<Session, 'state' | 'attention'>): boolean {
  return state === 'running' && attention !== null && NEEDS_PERSON.has(attention)
}
