/** Sessions as people see them: the rows of `ls`, the fields of `show`, one-line names. Pure. */
import type { Session } from '../api/session.js'
import { ageText } from './present/age.js'
import type { Cell, Presentation, Tone } from './result.js'
import { exitText } from './session-exit.js'

/** Columns by what is left out first on a narrow terminal; the id and the state always stay. */
const COLUMNS = [
  { title: 'ID' },
  { title: 'NAME', priority: 5, shrinkTo: 8 },
  { title: 'PROFILE', priority: 4, shrinkTo: 8 },
  { title: 'STATE', shrinkTo: 10 },
  { title: 'AGE', priority: 3, align: 'right' },
  { title: 'ATTACHED', priority: 1, align: 'right' },
  { title: 'COMMAND', priority: 2, shrinkTo: 12 },
] as const

export function sessionTable(sessions: readonly Session[], nowMs: number, whenEmpty: string): Presentation {
  const rows = sessions.map((session) => [
    session.id,
    session.name ?? '-',
    session.profile,
    stateCell(session),
    ageText(session.createdAt, nowMs),
    session.attachments.length > 0 ? String(session.attachments.length) : '-',
    commandText(session.argv),
  ])
  return { kind: 'table', columns: COLUMNS, rows, whenEmpty }
}

export function sessionFields(session: Session): Presentation {
  const size = session.size ? `${session.size.cols}x${session.size.rows}` : undefined
  const fields: readonly (readonly [string, Cell | null | undefined])[] = [
    ['id', session.id],
    ['name', session.name],
    ['profile', session.profile],
    ['agent', session.agent],
    ['state', stateCell(session)],
    ['problem', problemCell(session.problem)],
    ['log', problemCell(session.logProblem)],
    ['command', commandText(session.argv)],
    ['folder', session.cwd],
    ['kind', size ? `${session.kind}, ${size}` : session.kind],
    ['created', session.createdAt],
    ['ended', session.endedAt],
    ['originator', session.originator],
    ['parent', session.parent],
    ['pid', session.pid === null ? null : String(session.pid)],
    ['host pid', session.hostPid === null ? null : String(session.hostPid)],
    ...Object.entries(session.labels).map(([key, value]) => ['label', `${key}=${value}`] as const),
    ...Object.entries(session.streams).map(([name, { start, end }]) => [name, `bytes ${start} to ${end}`] as const),
    ...session.attachments.map(({ id, mode, since }) => ['attached', `${mode} ${id} since ${since}`] as const),
    ...(session.exit?.signalsSent ?? []).map(({ signal, at }) => ['sent', `${signal} at ${at}`] as const),
  ]
  return { kind: 'fields', fields: fields.filter((field): field is readonly [string, Cell] => field[1] != null) }
}

/** `3f2a91c0 (build)`: a session in a message. */
export function sessionTitle({ id, name }: Pick<Session, 'id' | 'name'>): string {
  return name === null ? id : `${id} (${name})`
}

export function isLive({ state }: Pick<Session, 'state'>): boolean {
  return state === 'starting' || state === 'running'
}

function stateCell(session: Session): Cell {
  if (isLive(session)) return { text: session.attention ?? session.state, tone: 'good' }
  const text = session.exit ? exitText(session.exit) : session.state
  const tone: Tone = session.exit?.code === 0 ? 'quiet' : 'bad'
  return { text, tone }
}

/** What the daemon adds for a session whose record is damaged, or whose log could not be written. */
function problemCell(problem: unknown): Cell | undefined {
  return typeof problem === 'string' ? { text: problem, tone: 'bad' } : undefined
}

/** The words of a command, quoted where a shell would need it. */
function commandText(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')
}
