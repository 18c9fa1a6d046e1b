/** Which session is selected: the one that was, wherever it has moved to. Pure. */
import type { Session } from '../../api/session.js'
import { listedSessions } from './listed-sessions.js'
import type { DashboardState } from './state.js'

/** The selected session, or the one in whose row it was when it has gone. */
export function selectedSession(state: DashboardState, listed = listedSessions(state)): Session | undefined {
  const found = listed.find(({ id }) => id === state.selected)
  return found ?? listed[Math.min(state.selectedRow, listed.length - 1)]
}

/** Notes which session is selected, and in which row. */
export function settled(state: DashboardState): DashboardState {
  const listed = listedSessions(state)
  const session = selectedSession(state, listed)
  if (!session) return state
  return { ...state, selected: session.id, selectedRow: listed.indexOf(session) }
}

/** The selection moved by so many rows, as far as there are any. */
export function moved(state: DashboardState, rows: number): DashboardState {
  const listed = listedSessions(state)
  const session = selectedSession(state, listed)
  const row = Math.max(0, Math.min((session ? listed.indexOf(session) : 0) + rows, listed.length - 1))
  return { ...state, selected: listed[row]?.id, selectedRow: row }
}
