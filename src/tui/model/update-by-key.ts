/** What a key does, by what the keys mean at the moment. Pure. */
import type { Key } from '../keys/key.js'
import { keyInList } from './key-in-list.js'
import { keyInPrompt } from './key-in-prompt.js'
import type { Effect } from './message.js'
import type { DashboardState, Mode } from './state.js'
import type { Updated } from './update.js'

const LIST: Mode = { kind: 'list' }

export function updateByKey(before: DashboardState, key: Key): Updated {
  const state = before.notice ? { ...before, notice: undefined } : before
  if (key.kind === 'key' && key.name === 'interrupt') return { state, effects: [{ type: 'quit' }] }
  if (key.kind === 'key' && key.name === 'suspend') return { state, effects: [{ type: 'suspend' }] }
  if (key.kind === 'key' && key.name === 'redraw') return { state, effects: [{ type: 'redraw' }] }
  const { mode } = state
  switch (mode.kind) {
    case 'list':
      return keyInList(state, key)
    case 'prompt':
      return keyInPrompt(state, mode, key)
    case 'confirm':
      return keyInConfirm(state, mode, key)
    case 'choose-profile':
      return keyInChoice(state, mode, key)
    case 'help':
      return { state: { ...state, mode: LIST }, effects: [] }
  }
}

/** Only `y` is yes; whatever else is pressed does nothing but end the question. */
function keyInConfirm(state: DashboardState, { purpose, session }: Extract<Mode, { kind: 'confirm' }>, key: Key): Updated {
  const next = { ...state, mode: LIST }
  const isYes = key.kind === 'character' && key.text.toLowerCase() === 'y'
  return { state: next, effects: isYes ? [confirmed(purpose, session)] : [] }
}

function confirmed(purpose: Extract<Mode, { kind: 'confirm' }>['purpose'], session: string): Effect {
  return purpose === 'take-over' ? { type: 'attach', session, how: 'steal' } : { type: purpose, session }
}

function keyInChoice(state: DashboardState, { profile }: Extract<Mode, { kind: 'choose-profile' }>, key: Key): Updated {
  const names = state.profiles.map(({ name }) => name)
  const at = names.indexOf(profile)
  const choose = (next: number): Updated => {
    const chosen = names[(next + names.length) % names.length] ?? profile
    return { state: { ...state, mode: { kind: 'choose-profile', profile: chosen } }, effects: [] }
  }
  const leave = (effects: readonly Effect[]): Updated => ({ state: { ...state, mode: LIST }, effects })
  const pressed = key.kind === 'key' ? key.name : key.text
  switch (pressed) {
    case 'up':
    case 'left':
    case 'k':
      return choose(at - 1)
    case 'down':
    case 'right':
    case 'tab':
    case 'j':
      return choose(at + 1)
    case 'enter':
      return leave([{ type: 'start', profile }])
    case 'escape':
    case 'q':
      return leave([])
    default:
      return { state, effects: [] }
  }
}
