/** What the API does with sessions. */
import type { Session } from '../../api/session.js'
import type { PerchPaths } from '../../platform/paths.js'
import type { Supervisor } from '../sessions/supervisor.js'
import type { TrackedSession } from '../sessions/tracked-session.js'
import { endingHandlers, requireEnded } from './ending-handlers.js'
import type { ApiHandlers } from './http-server.js'
import { readEndedLog } from './read-ended-log.js'
import { readLogIndex } from './read-log-index.js'
import { filterOfQuery, isAsked, listsEnded } from './session-filter.js'

type SessionRoutes =
  | 'listSessions'
  | 'createSession'
  | 'showSession'
  | 'endpoint'
  | 'readLog'
  | 'readLogIndex'
  | 'killSession'
  | 'resizeSession'
  | 'renameSession'
  | 'removeSession'
  | 'pruneSessions'

export function sessionHandlers(paths: PerchPaths, supervisor: Supervisor): Pick<ApiHandlers, SessionRoutes> {
  const { registry } = supervisor
  const found = (path: Readonly<Record<string, string>>) => registry.find(path.session ?? '')
  return {
    listSessions: async ({ query }) => {
      const filter = filterOfQuery(query)
      const wanted = registry.all().filter((session) => listsEnded(filter) || isShownByDefault(session))
      const sessions = await Promise.all(wanted.map((session) => session.view()))
      return { schema: 1, sessions: sessions.filter((session) => isAsked(session, filter)).sort(newestFirst) }
    },
    createSession: async ({ body }) => {
      const { session, notices } = await supervisor.launch(body)
      return { schema: 1, session: await session.view('heard'), notices: [...notices] }
    },
    showSession: async ({ path }) => ({ schema: 1, session: await found(path).view('asked') }),
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
    readLogIndex: async ({ path, query }) => {
      const session = found(path)
      // A host gives bytes to its readers first and to the disk right after; it answers when it has done both.
      if (session.live) await session.view('asked')
      return readLogIndex(session.folder, query)
    },
    resizeSession: async ({ path, body }) => {
      const session = found(path)
      await (await session.link()).request('resize', body)
      return reply(session)
    },
    renameSession: async ({ path, body }) => {
      const session = found(path)
      await supervisor.rename(session, body.name)
      return reply(session)
    },
    ...endingHandlers(paths, supervisor),
  }
}

async function reply(session: TrackedSession): Promise<{ schema: 1; session: Session }> {
  return { schema: 1, session: await session.view() }
}

/** Live ones, and those that were lost: what was running before a reboot or a crash is what a person looks for. */
function isShownByDefault(session: TrackedSession): boolean {
  return session.live || session.exit === null || session.exit.exit.outcome === 'lost'
}

function isOver({ state }: Session): boolean {
  return state === 'exited' || state === 'lost'
}

function newestFirst(a: Session, b: Session): number {
  return a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0
}
