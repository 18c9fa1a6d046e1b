/** What a key does while a line of text is asked for. Pure. */
import type { Key } from '../keys/key.js'
import type { Effect } from './message.js'
import { settled } from './selection.js'
import type { DashboardState, Mode } from './state.js'
import type { Updated } from './update.js'

type Prompt = Extract<Mode, { kind: 'prompt' }>

/** A pasted novel belongs into a file. */
const TEXT_LIMIT = 4_096

export function keyInPrompt(state: DashboardState, prompt: Prompt, key: Key): Updated {
  if (key.kind === 'key' && key.name === 'enter') return { state: left(state, prompt.text, prompt), effects: given(prompt) }
  if (key.kind === 'key' && key.name === 'escape') return { state: left(state, '', prompt), effects: [] }
  const text = edited(prompt.text, key)
  const next = { ...state, mode: { ...prompt, text } }
  // The list follows the filter as it is typed.
  return { state: prompt.purpose === 'filter' ? settled({ ...next, filter: text }) : next, effects: [] }
}

/** Back to the list; the filter stays as it was typed, or goes. */
function left(state: DashboardState, filter: string, { purpose }: Prompt): DashboardState {
  const next = { ...state, mode: { kind: 'list' } } as const
  return purpose === 'filter' ? settled({ ...next, filter }) : next
}

function given({ purpose, session, text }: Prompt): readonly Effect[] {
  if (session === undefined) return []
  // Enter alone is something to send: it says yes to many a question.
  if (purpose === 'send') return [{ type: 'send', session, text }]
  return text.trim() === '' ? [] : [{ type: 'rename', session, name: text.trim() }]
}

function edited(text: string, key: Key): string {
  if (key.kind === 'character') return limited(text + key.text)
  // One line is asked for: what was several becomes one.
  if (key.kind === 'paste') return limited(text + key.text.trim().replace(/\s*[\r\n]+\s*/g, ' '))
  switch (key.name) {
    case 'backspace':
      return withoutLast(text)
    case 'erase-line':
      return ''
    case 'erase-word':
      return text.replace(/\S+\s*$/, '')
    default:
      return text
  }
}

function limited(text: string): string {
  return text.length > TEXT_LIMIT ? text.slice(0, TEXT_LIMIT) : text
}

/** A character as people see it, with what combines with it. */
function withoutLast(text: string): string {
  const last = [...new Intl.Segmenter().segment(text)].at(-1)
  return last ? text.slice(0, last.index) : ''
}
