/** What the API does with sessions. */
import type { Session } from '../../api/session.js'
import type { PerchPaths } from '../../platform/paths.js'
import { PerchError } from '../../platform/perch-error.js'
import { DEFAULT_CONFIG, readDaemonConfig } from '../config.js'
import { endSession } from '../sessions/end-session.js'
import type { Supervisor } from '../sessions/supervisor.js'
import type { TrackedSession } from '../sessions/tracked-session.js'
import type { ApiHandlers } from './http-server.js'
import { readEndedLog } from './read-ended-log.js'

type SessionRoutes =
  | 'listSessions'
  | 'createSession'
  | 'showSession'
  | 'endpoint'
  | 'readLog'
  | 'killSession'
  | 'resizeSession'
  | 'removeSession'

export function sessionHandlers(paths: PerchPaths, supervisor: Supervisor): Pick<ApiHandlers, SessionRoutes> {
  const { registry } = supervisor
  const found = (path: Readonly<Record<string, string>>) => registry.find(path.session ?? '')
  const end = (session: TrackedSession, graceMs = graceOf(paths)) => endSession(supervisor, session, graceMs)
  return {
    listSessions: async ({ query }) => {
      const wanted = registry.all().filter((session) => query.get('all') === '1' || isShownByDefault(session))
      const sessions = await Promise.all(wanted.map((session) => session.view()))
      const labels = query.getAll('label').map(parseLabel)
      return { schema: 1, sessions: sessions.filter((one) => isAsked(one, query.get('profile'), labels)).sort(newestFirst) }
    },
    createSession: async ({ body }) => {
      const { session, notices } = await supervisor.launch(body)
      return { ...(await reply(session)), notices: [...notices] }
    },
    showSession: async ({ path }) => reply(found(path)),
    endpoint: async ({ path }) => {
      const tracked = found(path)
      // What a killed host left is complete, with its exit, before somebody reads it as the log of an ended session.
      if (tracked.derive().mustSettle) await supervisor.settle(tracked)
      else await tracked.restoreSocket()
      const session = await tracked.view()
      return { schema: 1, session, socket: isOver(session) ? null : tracked.socketPath }
    },
    readLog: async ({ path, query }) => {
      const session = found(path)
      requireEnded(session, 'its output is read from its own socket')
      return readEndedLog(session.folder, session.exit?.streams ?? {}, query)
    },
    killSession: async ({ path, body }) => {
      const session = found(path)
      if (body.signal === undefined) await end(session, body.graceMs)
      else await (await session.link()).request('signal', { signal: body.signal })
      return reply(session)
    },
    resizeSession: async ({ path, body }) => {
      const session = found(path)
      await (await session.link()).request('resize', body)
      return reply(session)
    },
    removeSession: async ({ path, query }) => {
      const session = found(path)
      if (session.live && query.get('force') === '1') await end(session)
      requireEnded(session, 'end it first with perch kill, or use --force')
      await supervisor.settle(session)
      supervisor.remove(session)
      return { schema: 1, removed: [session.id] }
    },
  }
}

/** A mistake in `config.toml` keeps nobody from ending a session; whoever starts one is told of it. */
function graceOf(paths: PerchPaths): number {
  try {
    return readDaemonConfig(paths).graceMs
  } catch (error) {
    if (error instanceof PerchError && error.code === 'bad-config') return DEFAULT_CONFIG.graceMs
    throw error
  }
}

async function reply(session: TrackedSession): Promise<{ schema: 1; session: Session }> {
  return { schema: 1, session: await session.view() }
}

function requireEnded(session: TrackedSession, hint: string): void {
  session.refresh()
  if (!session.live) return
  throw new PerchError('session-live', `session ${session.name ?? session.id} is running`, { hint })
}

/** Live ones, and those that were lost: what was running before a reboot or a crash is what a person looks for. */
function isShownByDefault(session: TrackedSession): boolean {
  return session.live || session.exit === null || session.exit.exit.outcome === 'lost'
}

function isOver({ state }: Session): boolean {
  return state === 'exited' || state === 'lost'
}

function parseLabel(text: string): readonly [string, string] {
  const equals = text.indexOf('=')
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)]
  throw new PerchError('bad-request', `${JSON.stringify(text)} is not a label`, { hint: 'Write it as KEY=VALUE.' })
}

function isAsked(session: Session, profile: string | null, labels: readonly (readonly [string, string])[]): boolean {
  return (profile === null || session.profile === profile) && labels.every(([key, value]) => session.labels[key] === value)
}

function newestFirst(a: Session, b: Session): number {
  return a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0
}
