/** The whole screen, made of the state alone. Pure. */

import { needsSomebody } from '../../api/attention-states.js'
import type { Session } from '../../api/session.js'
import { wrapText } from '../../cli/present/display-width.js'
import { isLive } from '../../cli/session-view.js'
import { layoutOf, SMALLEST } from '../model/layout.js'
import { shownSessions } from '../model/shown-sessions.js'
import type { DashboardState } from '../model/state.js'
import { cutLine, type Line, span, spreadLine } from '../paint/line.js'
import type { Frame } from '../paint/painter.js'
import { footerOf } from './footer-lines.js'
import { helpLines } from './key-hints.js'
import { profileLines } from './profile-lines.js'
import { sessionLines } from './session-lines.js'
import { ViewClock } from './view-clock.js'

export interface ViewOptions {
  readonly nowMs: number
  /** The person's own folder, shown as `~`. */
  readonly home?: string | undefined
}

export interface View {
  readonly frame: Frame
  /** When it will look otherwise though nothing happens: a time that is shown goes on. */
  readonly nextChangeMs: number
}

export function view(state: DashboardState, { nowMs, home }: ViewOptions): View {
  const { cols, rows } = state.size
  if (cols < SMALLEST.cols || rows < SMALLEST.rows) return { frame: tooSmall(state), nextChangeMs: Number.POSITIVE_INFINITY }
  const clock = new ViewClock(nowMs)
  const { listed, shown, selected } = shownSessions(state)
  const layout = layoutOf(state)
  const footer = footerOf(state, selected, { home, clock })
  const profiles =
    layout.profiles > 0 ? profileLines(state.profiles, state.usage, { room: layout.profiles, width: cols, clock }) : []
  const table =
    listed.length > 0 ? sessionLines(shown, { state, selected, width: cols, clock }) : ['', ...emptyLines(state)].map(plain)
  const gap = profiles.length > 0 && layout.isSpaced ? [[]] : []
  const middle = state.mode.kind === 'help' ? helpLines() : [...profiles, ...gap, ...table]
  const body = [headerLine(state, listed.length), ...middle]
  const filled = Array.from({ length: rows - footer.lines.length }, (_, row) => cutLine(body[row] ?? [], cols))
  return {
    frame: {
      columns: cols,
      lines: [...filled, ...footer.lines],
      ...(footer.cursorColumn !== undefined && { cursor: { row: rows - 2, column: footer.cursorColumn } }),
    },
    nextChangeMs: clock.nextChangeMs,
  }
}

function plain(text: string): Line {
  return text === '' ? [] : [span(text)]
}

function headerLine({ sessions, filter, showsEnded, size }: DashboardState, listed: number): Line {
  const left: Line = [span('perch', { bold: true, tone: 'accent' }), ...(sessions ? countsOf(sessions) : [])]
  const told = [filter === '' ? '' : `/${filter} fits ${listed}`, showsEnded ? 'with ended ones' : ''].filter(Boolean).join('  ')
  return spreadLine(left, told === '' ? [] : [span(told, { tone: 'quiet' })], size.cols)
}

function countsOf(sessions: readonly Session[]): Line {
  const needed = sessions.filter(needsSomebody).length
  const live = sessions.filter(isLive).length
  const need: Line =
    needed > 0 ? [span('  '), span(`${needed} ${needed === 1 ? 'needs' : 'need'} you`, { tone: 'warn', bold: true })] : []
  return [...need, span(`  ${live || 'no'} ${live > 1 ? 'sessions run' : 'session runs'}`)]
}

/** What to do where there is nothing to be seen. */
function emptyLines({ sessions, filter, connection }: DashboardState): readonly string[] {
  if (filter !== '') return [`No session fits ${JSON.stringify(filter)}. Esc shows all.`]
  if (sessions === undefined) {
    const isAsked = connection === 'connecting' || connection === 'live'
    return [isAsked ? 'Asking the daemon...' : 'No session is known yet.']
  }
  return [
    'No session runs.',
    '',
    'Press n to start one in this folder, or leave this and say:',
    '  perch run                 the agent; Ctrl-\\ detaches',
    '  perch run work -d         as "work", in the background',
    '  perch exec -d -- CMD...   any command',
  ]
}

function tooSmall({ size }: DashboardState): Frame {
  const text = `perch top needs ${SMALLEST.cols}x${SMALLEST.rows} or more`
  const lines = wrapText(text, size.cols).map((line) => cutLine(plain(line), size.cols))
  return { columns: size.cols, lines: Array.from({ length: size.rows }, (_, row) => lines[row] ?? []) }
}
