/**
 * Being with a session until one side ends it, and what that means for the person and the shell. It reaches the host by
 * the shortest way, and what a host that is gone did not deliver is read from the log.
 */
import type { AttachParams } from '../api/attach-protocol.js'
import type { Session } from '../api/session.js'
import { connectHost, type HostConnection } from '../client/host-connection.js'
import { readSessionLog } from '../client/log-reader.js'
import type { LogEvent } from '../client/log-request.js'
import type { PerchClient } from '../client/perch-client.js'
import { sessionSocketPath } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import type { AttachSettings } from './attach-settings.js'
import { settledSession } from './await-exit.js'
import { leftCode } from './left-code.js'
import { exitCodeOfSession, exitText } from './session-exit.js'
import { sessionTitle } from './session-view.js'
import { copyLog } from './streams/copy-log.js'
import { passThrough } from './streams/pass-through.js'
import { greetingOf } from './terminal/greeting.js'
import { HostLink } from './terminal/host-link.js'
import type { OuterTerminal } from './terminal/outer-terminal.js'
import { showSession } from './terminal/show-session.js'
import type { CliContext } from './verb.js'

interface Joining {
  readonly context: CliContext
  readonly client: PerchClient
  readonly session: Session
}

/** Shows it on the terminal. Returns the exit code for the shell. */
export async function joinOnTerminal(
  joining: Joining & {
    readonly terminal: OuterTerminal
    readonly attach: AttachParams
    readonly settings: AttachSettings
  },
): Promise<number> {
  const { context, session, terminal, attach, settings } = joining
  const { detachKeys } = settings
  const connection = await connectToHost(joining)
  if (connection === undefined) {
    await terminal.close('')
    return showRest(joining, new Map())
  }
  const greeting = greetingOf(session, settings, attach.mode)
  const link = new HostLink(connection, () => connectToHost(joining))
  const end = await showSession({ link, terminal, attach, detachKeys, greeting })
  switch (end.kind) {
    case 'ended':
      context.notice(`${sessionTitle(session)} ended: ${exitText(end.exit)}`)
      return exitCodeOfSession(end.exit)
    case 'gone':
      return showRest(joining, new Map())
    case 'host-lost':
      return lostCode(joining)
    default:
      return leftCode(end, session, context)
  }
}

/** Stands in for the program on standard input, output and error. Returns the exit code for the shell. */
export async function joinPassingThrough(
  joining: Joining & {
    readonly attach: AttachParams
    readonly forwardInput: boolean
    readonly signals: 'forward' | 'leave'
  },
): Promise<number> {
  const { context, session, attach, forwardInput, signals } = joining
  const connection = await connectToHost(joining)
  if (connection === undefined) return showRest(joining, new Map())
  const end = await passThrough({ connection, attach, forwardInput, signals, notice: context.notice })
  switch (end.kind) {
    case 'ended':
      return exitCodeOfSession(end.exit)
    case 'host-lost':
      return showRest(joining, end.read)
    default:
      return leftCode(end, session, context)
  }
}

/** Undefined when the session has ended. */
async function connectToHost({ context, client, session }: Joining): Promise<HostConnection | undefined> {
  try {
    // Where the host of a session listens is known without asking, unless the daemon has another XDG_RUNTIME_DIR.
    return await connectHost(sessionSocketPath(context.paths, session.id))
  } catch (error) {
    if (!isHostLost(error)) throw error
  }
  const { socket } = await client.endpoint(session.id)
  if (socket === null) return undefined
  try {
    return await connectHost(socket)
  } catch (error) {
    if (isHostLost(error)) return undefined
    throw error
  }
}

/** What the log holds beyond what was read, then the session's own code. */
async function showRest(joining: Joining, read: ReadonlyMap<string, number>): Promise<number> {
  await copyLog(restOfLog(joining, read), { raw: true, notice: joining.context.notice })
  return lostCode(joining)
}

async function* restOfLog({ client, session }: Joining, read: ReadonlyMap<string, number>): AsyncGenerator<LogEvent, void, void> {
  for (const stream of ['pty', 'stdout', 'stderr'] as const) {
    if (!(stream in session.streams)) continue
    const from = { at: 'offset', offset: read.get(stream) ?? 0 } as const
    yield* readSessionLog(client, session.id, { stream, from, follow: true })
  }
}

/** The code of a session that its host did not tell: its record does, unless it was lost. */
async function lostCode({ client, session }: Joining): Promise<number> {
  const { exit } = await settledSession(client, session.id)
  if (exit && exit.outcome !== 'lost') return exitCodeOfSession(exit)
  throw new PerchError('host-lost', `${sessionTitle(session)} was lost: its host is gone`, {
    hint: `What it wrote is still there: perch logs ${session.id}`,
  })
}

function isHostLost(error: unknown): boolean {
  return error instanceof PerchError && error.code === 'host-lost'
}
