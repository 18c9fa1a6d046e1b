/** The sessions: who needs somebody, what each does, what it costs and what it last said. Pure. */
import type { AttentionState } from '../../api/attention-states.js'
import { needsSomebody } from '../../api/attention-states.js'
import type { Session } from '../../api/session.js'
import { displayWidth } from '../../cli/present/display-width.js'
import { exitText } from '../../cli/session-exit.js'
import { isLive } from '../../cli/session-view.js'
import type { DashboardState } from '../model/state.js'
import { fillLine, fitSpan, type Line, span } from '../paint/line.js'
import type { Style } from '../paint/style.js'
import { type Column, columnLines } from './columns.js'
import { UNDER_A_MINUTE, type ViewClock } from './view-clock.js'

const LONGEST_NAME = 28
const LONGEST_PROFILE = 16
const LONGEST_LINE = 1_000
const MARK_WIDTH = 2
/** `permission 12m`; an exit by a signal is longer. */
const STATE_WIDTH = 14
const LONGEST_STATE = 24

const ATTENTION_STYLE: Readonly<Record<AttentionState, Style>> = {
  permission: { tone: 'warn', bold: true },
  waiting: { tone: 'accent', bold: true },
  limit: { tone: 'bad', bold: true },
  working: { tone: 'good' },
  idle: { tone: 'quiet' },
}

/** The heading, and a line for each of these sessions. */
export function sessionLines(
  sessions: readonly Session[],
  {
    state,
    selected,
    width,
    clock,
  }: {
    readonly state: Pick<DashboardState, 'usage' | 'lastLines'>
    readonly selected: Session | undefined
    readonly width: number
    readonly clock: ViewClock
  },
): readonly Line[] {
  const [heading = [], ...lines] = columnLines(
    [
      nameColumn(sessions),
      { ...column('PROFILE', sessions, profileOf, { min: 7, longest: LONGEST_PROFILE }), priority: 4 },
      stateColumn(sessions, clock),
      {
        ...column('AGE', sessions, ({ createdAt }) => ({ text: clock.age(createdAt) }), { min: 3, longest: 4 }),
        align: 'right',
        priority: 2,
      },
      ...costColumn(sessions, state.usage),
      {
        ...column('LAST LINE', sessions, (session) => lastLineOf(session, state.lastLines), { min: 10, longest: LONGEST_LINE }),
        priority: 3,
      },
    ],
    sessions.length,
    width,
  )
  return [heading, ...lines.map((line, at) => (sessions[at] === selected ? highlighted(line, width) : line))]
}

interface Cell {
  readonly text: string
  readonly style?: Style
}

function column(
  title: string,
  sessions: readonly Session[],
  cellOf: (session: Session) => Cell,
  { min, longest }: { readonly min: number; readonly longest: number },
): Column {
  const cells = sessions.map(cellOf)
  return {
    title,
    min,
    wanted: Math.min(longest, Math.max(displayWidth(title), ...cells.map(({ text }) => displayWidth(text)))),
    cells: cells.map(({ text, style = {} }) => (width) => [fitSpan(text, width, { style })]),
  }
}

/** With a mark before the names of those that need somebody, which also says so without colours. */
function nameColumn(sessions: readonly Session[]): Column {
  const names = sessions.map(({ name, id }) => name ?? id)
  return {
    title: '  NAME',
    min: 10,
    wanted: Math.min(LONGEST_NAME, MARK_WIDTH + Math.max(0, ...names.map(displayWidth))),
    cells: sessions.map((session, at) => (width) => {
      const isNeeded = needsSomebody(session)
      const style: Style = isNeeded ? { bold: true } : isLive(session) ? {} : { tone: 'quiet' }
      const mark = isNeeded ? span('! ', { tone: 'warn', bold: true }) : span('  ')
      return [mark, fitSpan(names[at] ?? '', width - MARK_WIDTH, { style })]
    }),
  }
}

/** Never cut but where it is a long story: what it says is what somebody looks for. */
function stateColumn(sessions: readonly Session[], clock: ViewClock): Column {
  const made = column('STATE', sessions, (session) => stateOf(session, clock), { min: 0, longest: LONGEST_STATE })
  return { ...made, min: Math.min(STATE_WIDTH, made.wanted) }
}

function profileOf({ profile }: Session): Cell {
  return { text: profile || '-' }
}

/** `permission 12m`, `working 1m`, `running`, `exit 0`; what is wrong with a session before anything else. */
function stateOf(session: Session, clock: ViewClock): Cell {
  const { state, attention, attentionSince, problem, hostHangs, exit } = session
  if (problem !== undefined) return { text: isLive(session) ? 'corrupt, live' : 'corrupt', style: { tone: 'bad' } }
  if (hostHangs) return { text: 'no answer', style: { tone: 'bad' } }
  if (!isLive(session)) return { text: exit ? exitText(exit) : state, style: { tone: exit?.code === 0 ? 'quiet' : 'bad' } }
  if (attention === null) return { text: state }
  // The first minute of it is news, which no number has to tell.
  const since = attentionSince === undefined ? '' : clock.age(attentionSince)
  const text = since === '' || since === UNDER_A_MINUTE ? attention : `${attention} ${since}`
  return { text, style: ATTENTION_STYLE[attention] }
}

/** Only where an agent says what it costs. */
function costColumn(sessions: readonly Session[], usage: DashboardState['usage']): readonly Column[] {
  const costs = new Map(usage?.rows.map(({ key, costUsd }) => [key, costUsd]))
  const shown = sessions.map(({ id }) => costs.get(id) ?? 0)
  if (shown.every((cost) => cost === 0)) return []
  return [
    {
      title: 'COST',
      min: 6,
      wanted: 7,
      priority: 1,
      align: 'right',
      cells: shown.map((cost) => (width) => [fitSpan(cost === 0 ? '-' : costText(cost), width, { align: 'right' })]),
    },
  ]
}

function costText(costUsd: number): string {
  return `$${costUsd < 100 ? costUsd.toFixed(2) : Math.round(costUsd)}`
}

/** What somebody is needed for says more than what stands on the screen. */
function lastLineOf(session: Session, lastLines: ReadonlyMap<string, string>): Cell {
  const reason = needsSomebody(session) ? session.attentionReason : undefined
  if (reason) return { text: reason, style: { bold: true } }
  return { text: session.problem ?? lastLines.get(session.id) ?? '', style: { tone: 'quiet' } }
}

/** Over the whole width, and without colours, which would turn into patches. */
function highlighted(line: Line, width: number): Line {
  const reversed = line.map(({ text, style }) => span(text, { bold: style.bold, reverse: true }))
  return fillLine(reversed, width, { reverse: true })
}
