/** Whether a live session needs somebody, as a list shows it. Pure. */
import type { Session } from '../api/session.js'
import { ageText } from './present/age.js'
import type { Cell } from './result.js'

/** `working`, `idle`, `waiting 3m`; the session's state where nothing tells. Those that need somebody stand out. */
export function attentionCell({ state, attention, attentionSince }: Session, nowMs: number): Cell {
  switch (attention) {
    case 'waiting':
    case 'permission':
    case 'limit': {
      const text = attentionSince === undefined ? attention : `${attention} ${ageText(attentionSince, nowMs)}`
      return { text, tone: attention === 'limit' ? 'bad' : 'call' }
    }
    case 'idle':
      return { text: attention, tone: 'quiet' }
    default:
      return { text: attention ?? state, tone: 'good' }
  }
}
