/** What becomes of the dashboard by a message, and what it wants done. Pure: the one place where its state changes. */
import type { Session } from '../../api/session.js'
import { sessionTitle } from '../../cli/session-view.js'
import { isCalledAnew } from './called-anew.js'
import { listedSessions } from './listed-sessions.js'
import type { Effect, Message } from './message.js'
import { settled } from './selection.js'
import type { DashboardState } from './state.js'
import { updateByKey } from './update-by-key.js'

export interface Updated {
  readonly state: DashboardState
  readonly effects: readonly Effect[]
}

export function update(state: DashboardState, message: Message): Updated {
  switch (message.type) {
    case 'key':
      return updateByKey(state, message.key)
    case 'resized':
      return same({ ...state, size: message.size })
    case 'connection':
      return same({ ...state, connection: message.connection })
    case 'sessions':
      return {
        state: withSessions(state, message.sessions),
        effects: isCalledAnew(state.sessions, message.sessions) ? [{ type: 'ring' }] : [],
      }
    case 'profiles':
      return same({ ...state, profiles: message.profiles })
    case 'usage':
      return same({ ...state, usage: message.usage })
    case 'last-line':
      return same({ ...state, lastLines: new Map(state.lastLines).set(message.session, message.line) })
    case 'notice':
      return same({ ...state, notice: { text: message.text, isProblem: message.isProblem } })
    case 'started':
      return same(withStarted(state, message.session))
    case 'taken':
      return same({ ...state, mode: { kind: 'confirm', purpose: 'take-over', session: message.session } })
  }
}

function same(state: DashboardState): Updated {
  return { state, effects: [] }
}

/** The selection stays with its session, wherever that has moved to; what is known of sessions that are gone is forgotten. */
function withSessions(state: DashboardState, sessions: readonly Session[]): DashboardState {
  const ids = new Set(sessions.map(({ id }) => id))
  const lastLines = new Map([...state.lastLines].filter(([id]) => ids.has(id)))
  return settled({ ...state, sessions, lastLines })
}

/** The session is in the list at once, and selected; a filter that hides it has served its time. */
function withStarted(state: DashboardState, session: Session): DashboardState {
  const sessions = [session, ...(state.sessions ?? []).filter(({ id }) => id !== session.id)]
  const isHidden = listedSessions({ sessions: [session], filter: state.filter }).length === 0
  const notice = { text: `${sessionTitle(session)} runs; Enter attaches`, isProblem: false }
  return settled({ ...state, sessions, selected: session.id, filter: isHidden ? '' : state.filter, notice })
}
