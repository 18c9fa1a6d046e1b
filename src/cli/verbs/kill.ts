/** `perch kill`: ends sessions, or sends them one signal. */
import { constants } from 'node:os'
import type { KillRequest } from '../../api/control.js'
import type { Session } from '../../api/session.js'
import type { PerchClient } from '../../client/perch-client.js'
import { PerchError } from '../../platform/perch-error.js'
import { forEachSession } from '../for-each-session.js'
import type { VerbResult } from '../result.js'
import { exitText } from '../session-exit.js'
import { isLive, sessionTitle } from '../session-view.js'
import { parseDurationMs } from '../values/duration.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const request = killRequest(invocation)
  const client = await context.client()
  const asked = await askedSessions(invocation, client)
  const all = invocation.flags.has('all')
  const { done, problems } = await forEachSession(asked, (session) => killOne(client, session, request))
  if (all && asked.length === 0) context.notice('no session runs')
  const lines = done.map((session) => killedText(session, request.signal))
  return {
    shown: { kind: 'lines', lines },
    document: { sessions: done },
    // Whichever ended by itself meanwhile is no live session, and so none that was meant by all of them.
    problems: all ? problems.filter(({ code }) => code !== 'session-ended' && code !== 'session-not-found') : problems,
  }
}

async function killOne(client: PerchClient, asked: string, request: KillRequest): Promise<Session> {
  try {
    return (await client.killSession(asked, request)).session
  } catch (error) {
    // What the host of one of several says does not name it.
    if (!(error instanceof PerchError) || error.message.includes(asked)) throw error
    throw new PerchError(error.code, `${asked}: ${error.message}`, { hint: error.hint, cause: error })
  }
}

function killRequest(invocation: Invocation): KillRequest {
  const grace = optionValue(invocation, 'grace')
  const signal = optionValue(invocation, 'signal')
  if (grace !== undefined && signal !== undefined) {
    throw new PerchError('usage', '--grace and --signal exclude each other', { hint: 'A single signal has no grace.' })
  }
  return {
    ...(grace !== undefined && { graceMs: parseDurationMs(grace, '--grace') }),
    ...(signal !== undefined && { signal: signalName(signal) }),
  }
}

async function askedSessions({ positionals, flags }: Invocation, client: PerchClient): Promise<readonly string[]> {
  const all = flags.has('all')
  if (all === positionals.length > 0) {
    throw new PerchError('usage', all ? '--all and SESSION exclude each other' : 'perch kill needs SESSION, or --all', {
      hint: 'See: perch help kill',
    })
  }
  return all ? (await client.listSessions()).sessions.filter(isLive).map(({ id }) => id) : positionals
}

/** `SIGTERM` for `TERM`, `term`, `SIGTERM` and `15`. */
function signalName(text: string): string {
  const upper = text.toUpperCase()
  const match = Object.entries(constants.signals).find(
    ([name, number]) => name === upper || name === `SIG${upper}` || String(number) === text,
  )
  if (match) return match[0]
  throw new PerchError('bad-signal', `there is no signal ${JSON.stringify(text)}`, {
    hint: 'For example: INT, TERM, HUP, USR1, KILL.',
  })
}

function killedText(session: Session, signal: string | undefined): string {
  if (signal !== undefined) return `${sessionTitle(session)} got ${signal}`
  return `${sessionTitle(session)} ended: ${session.exit ? exitText(session.exit) : session.state}`
}
