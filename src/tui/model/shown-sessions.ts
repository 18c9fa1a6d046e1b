/** The sessions whose rows are in sight. Pure. */
import type { Session } from '../../api/session.js'
import { firstShown, layoutOf } from './layout.js'
import { listedSessions } from './listed-sessions.js'
import { selectedSession } from './selection.js'
import type { DashboardState } from './state.js'

export interface ShownSessions {
  readonly listed: readonly Session[]
  readonly shown: readonly Session[]
  readonly selected: Session | undefined
}

export function shownSessions(state: DashboardState): ShownSessions {
  const listed = listedSessions(state)
  const selected = selectedSession(state, listed)
  const room = layoutOf(state).sessions
  const first = firstShown(selected ? listed.indexOf(selected) : 0, listed.length, room)
  return { listed, selected, shown: listed.slice(first, first + room) }
}
