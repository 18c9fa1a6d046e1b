/** Sessions as people see them: the rows of `ls`, states, commands, one-line names. Pure. */
import type { Session } from '../api/session.js'
import { attentionCell } from './attention-cell.js'
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
    session.profile || '-',
    stateCell(session, nowMs),
    ageText(session.createdAt, nowMs),
    session.attachments.length > 0 ? String(session.attachments.length) : '-',
    // There is no command in a record that cannot be read; what is wrong with it is of more use.
    session.problem ?? commandText(withoutConversation(session)),
  ])
  return { kind: 'table', columns: COLUMNS, rows, whenEmpty }
}

/** `3f2a91c0 (build)`: a session in a message. */
export function sessionTitle({ id, name }: Pick<Session, 'id' | 'name'>): string {
  return name === null ? id : `${id} (${name})`
}

/** How its conversation goes on under another profile; it is ended first where it still runs. */
export function resumeUnder({ id, name }: Pick<Session, 'id' | 'name'>, profile: string): string {
  return `perch resume ${name ?? id} --end --profile ${profile}`
}

/** `1 session removed`. */
export function removedText(removed: readonly string[]): string {
  return `${removed.length === 1 ? '1 session' : `${removed.length} sessions`} removed`
}

export function isLive({ state }: Pick<Session, 'state'>): boolean {
  return state === 'starting' || state === 'running'
}

/**
 * `working`, `waiting 3m`, `exit 0`, `SIGTERM (terminated)`; `running` where nothing tells whether somebody is needed, `corrupt`
 * where the record cannot be read, `no answer` where the host hangs.
 */
export function stateCell(session: Session, nowMs: number): Cell {
  if (session.problem !== undefined) return { text: isLive(session) ? 'corrupt, live' : 'corrupt', tone: 'bad' }
  if (session.hostHangs) return { text: 'no answer', tone: 'bad' }
  if (isLive(session)) return attentionCell(session, nowMs)
  const text = session.exit ? exitText(session.exit) : session.state
  const tone: Tone = session.exit?.code === 0 ? 'quiet' : 'bad'
  return { text, tone }
}

/** The words of a command, quoted where a shell would need it. */
/** Without the id that perch has given the agent for its conversation: `show` tells it, and a table has no room for it. */
function withoutConversation({ argv, conversation }: Pick<Session, 'argv' | 'conversation'>): readonly string[] {
  const at = conversation === null ? -1 : argv.indexOf(conversation)
  return argv[at - 1] === '--session-id' ? argv.toSpliced(at - 1, 2) : argv
}

export function commandText(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')
}
