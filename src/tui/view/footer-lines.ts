/** The two lines at the bottom: what is asked or told, else about the selected session; and the keys. Pure. */
import { limitOutlook } from '../../api/profile-room.js'
import type { Session } from '../../api/session.js'
import { displayWidth } from '../../cli/present/display-width.js'
import { isLive, resumeUnder, sessionTitle } from '../../cli/session-view.js'
import type { DashboardState, Mode } from '../model/state.js'
import { cutLine, type Line, span } from '../paint/line.js'
import type { CursorPlace } from '../paint/painter.js'
import { keyHints } from './key-hints.js'
import type { ViewClock } from './view-clock.js'

export interface Footer {
  readonly lines: readonly [said: Line, keys: Line]
  /** The column of the first line where somebody types. */
  readonly cursorColumn?: CursorPlace['column']
}

export interface FooterPlace {
  readonly home: string | undefined
  readonly clock: ViewClock
}

export function footerOf(state: DashboardState, selected: Session | undefined, place: FooterPlace): Footer {
  const { mode, size } = state
  const keys = keyHints(state, selected, size.cols)
  switch (mode.kind) {
    case 'prompt':
      return { ...promptLine(state, mode), lines: [promptLine(state, mode).line, keys] }
    case 'confirm':
      return { lines: [cutLine([span(`${questionText(state, mode)} (y/n)`, { bold: true, tone: 'warn' })], size.cols), keys] }
    case 'choose-profile':
      return { lines: [choiceLine(state, mode), keys] }
    default:
      return { lines: [cutLine(saidLine(state, selected, place), size.cols), keys] }
  }
}

function titleOf(state: DashboardState, id: string | undefined): string {
  const session = state.sessions?.find((one) => one.id === id)
  return session ? (session.name ?? session.id) : (id ?? '')
}

/** The end of a long text is what somebody types at. */
function promptLine(
  state: DashboardState,
  { purpose, session, text }: Extract<Mode, { kind: 'prompt' }>,
): { readonly line: Line; readonly cursorColumn: number } {
  const { cols } = state.size
  const label = { send: `send to ${titleOf(state, session)}: `, rename: `rename ${titleOf(state, session)} to: `, filter: '/' }[
    purpose
  ]
  const [{ text: shownLabel, width } = span('')] = cutLine([span(label, { bold: true })], Math.floor(cols / 2))
  const room = cols - width - 1
  let shown = span(text).text
  while (displayWidth(shown) > room) shown = shown.slice(String.fromCodePoint(shown.codePointAt(0) ?? 0).length)
  return { line: [span(shownLabel, { bold: true }), span(shown)], cursorColumn: width + displayWidth(shown) }
}

function questionText(state: DashboardState, { purpose, session }: Extract<Mode, { kind: 'confirm' }>): string {
  const title = titleOf(state, session)
  switch (purpose) {
    case 'kill':
      return `kill ${title}?`
    case 'remove':
      return `remove ${title} and its log?`
    case 'take-over':
      return `${title} is attached elsewhere: take it over?`
  }
}

/** The profiles in a row, the chosen one in sight. */
function choiceLine({ profiles, size }: DashboardState, { profile }: Extract<Mode, { kind: 'choose-profile' }>): Line {
  const label = span('start with ', { bold: true })
  const names = profiles.map(({ name }) => span(` ${name} `, name === profile ? { reverse: true, bold: true } : {}))
  const at = profiles.findIndex(({ name }) => name === profile)
  let first = 0
  const widthTo = () => names.slice(first, at + 1).reduce((sum, { width }) => sum + width, label.width)
  while (first < at && widthTo() > size.cols - 2) first += 1
  return cutLine([label, ...names.slice(first)], size.cols)
}

function saidLine(state: DashboardState, selected: Session | undefined, place: FooterPlace): Line {
  const { notice, connection } = state
  if (notice) return [span(notice.text, notice.isProblem ? { tone: 'bad' } : { tone: 'good' })]
  if (connection === 'lost') return [span('the daemon cannot be reached; trying again (sessions go on)', { tone: 'bad' })]
  if (connection === 'stopped') return [span('the daemon was stopped; this goes on when it is started again', { tone: 'warn' })]
  if (selected?.attention === 'limit') return [span(limitText(selected, state, place.clock), { tone: 'warn' })]
  return selected ? [span(aboutText(selected, place.home), { tone: 'quiet' })] : []
}

/** perch proposes; the person decides. */
function limitText(session: Session, { usage }: DashboardState, clock: ViewClock): string {
  const { resetsAt, room } = limitOutlook(usage?.profiles ?? [], session.profile, clock.nowMs)
  const left = resetsAt === null ? undefined : clock.until(resetsAt)
  const resets = left === undefined ? 'when its account has room again is not told' : `its account has room again in ${left}`
  const other = room === null ? '' : `; ${room} has room: ${resumeUnder(session, room)}`
  return `${sessionTitle(session)}  ${resets}${other}`
}

/** What the table has no room for. */
function aboutText(session: Session, home: string | undefined): string {
  const { agent, cwd, attachments, size } = session
  const parts = [
    sessionTitle(session),
    agent,
    homeFolded(cwd, home),
    size ? `${size.cols}x${size.rows}` : session.kind,
    attachments.length > 0 && isLive(session) ? `${attachments.length} attached` : '',
  ]
  return parts.filter((part) => part !== '').join('  ')
}

function homeFolded(path: string, home: string | undefined): string {
  if (!home || (path !== home && !path.startsWith(`${home}/`))) return path
  return `~${path.slice(home.length)}`
}
