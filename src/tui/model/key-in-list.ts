/** What a key does while the list has it: moves the selection, or begins something with the selected session. Pure. */
import type { Session } from '../../api/session.js'
import { isLive, sessionTitle } from '../../cli/session-view.js'
import type { Key } from '../keys/key.js'
import { layoutOf } from './layout.js'
import type { Effect } from './message.js'
import { moved, selectedSession, settled } from './selection.js'
import type { DashboardState, Mode, PromptPurpose } from './state.js'
import type { Updated } from './update.js'

export function keyInList(state: DashboardState, key: Key): Updated {
  // Pasted by mistake: none of its letters is a command.
  if (key.kind === 'paste') return same(state)
  const page = Math.max(1, layoutOf(state).sessions - 1)
  switch (key.kind === 'key' ? key.name : key.text) {
    case 'up':
    case 'k':
      return same(moved(state, -1))
    case 'down':
    case 'j':
      return same(moved(state, 1))
    case 'page-up':
      return same(moved(state, -page))
    case 'page-down':
      return same(moved(state, page))
    case 'home':
    case 'g':
      return same(moved(state, Number.NEGATIVE_INFINITY))
    case 'end':
    case 'G':
      return same(moved(state, Number.POSITIVE_INFINITY))
    case 'escape':
      return same(settled({ ...state, filter: '' }))
    case 'enter':
      return withSelected(state, ({ id }) => done(state, { type: 'attach', session: id, how: 'controller' }))
    case 'v':
      return withSelected(state, ({ id }) => done(state, { type: 'attach', session: id, how: 'viewer' }))
    case 's':
      return withSelected(state, (session) => (isLive(session) ? prompt(state, 'send', session) : ended(state, session)))
    case 'r':
      return withSelected(state, (session) => prompt(state, 'rename', session, session.name ?? ''))
    case 'x':
      return withSelected(state, (session) => confirm(state, session))
    case '/':
      return inMode(state, { kind: 'prompt', purpose: 'filter', session: undefined, text: state.filter })
    case 'n':
      return chooseProfile(state)
    case 'a':
      return done({ ...state, showsEnded: !state.showsEnded }, { type: 'list', showsEnded: !state.showsEnded })
    case 'p':
      return same({ ...state, showsProfiles: !state.showsProfiles })
    case '?':
      return inMode(state, { kind: 'help' })
    case 'q':
      return done(state, { type: 'quit' })
    default:
      return same(state)
  }
}

function same(state: DashboardState): Updated {
  return { state, effects: [] }
}

function done(state: DashboardState, effect: Effect): Updated {
  return { state, effects: [effect] }
}

function inMode(state: DashboardState, mode: Mode): Updated {
  return same({ ...state, mode })
}

function withSelected(state: DashboardState, act: (session: Session) => Updated): Updated {
  const session = selectedSession(state)
  return session ? act(session) : same(state)
}

function prompt(state: DashboardState, purpose: PromptPurpose, { id }: Session, text = ''): Updated {
  return inMode(state, { kind: 'prompt', purpose, session: id, text })
}

function confirm(state: DashboardState, session: Session): Updated {
  return inMode(state, { kind: 'confirm', purpose: isLive(session) ? 'kill' : 'remove', session: session.id })
}

function ended(state: DashboardState, session: Session): Updated {
  return same({ ...state, notice: { text: `${sessionTitle(session)} has ended and reads no more`, isProblem: true } })
}

/** Begins at the profile of the selected session: more of the same is what is mostly wanted. */
function chooseProfile(state: DashboardState): Updated {
  const { profiles } = state
  const own = selectedSession(state)?.profile
  const first = profiles.find(({ name }) => name === own) ?? profiles.find((one) => one.default) ?? profiles[0]
  if (first) return inMode(state, { kind: 'choose-profile', profile: first.name })
  return same({ ...state, notice: { text: 'no profile is known yet', isProblem: true } })
}
