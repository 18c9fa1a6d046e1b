/** What the API does to end sessions, and to remove those that have ended. */
import type { PerchPaths } from '../../platform/paths.js'
import { PerchError } from '../../platform/perch-error.js'
import { DEFAULT_CONFIG, readDaemonConfig } from '../config.js'
import { endSession } from '../sessions/end-session.js'
import { pruneSessions } from '../sessions/prune-sessions.js'
import type { Supervisor } from '../sessions/supervisor.js'
import type { TrackedSession } from '../sessions/tracked-session.js'
import type { ApiHandlers } from './http-server.js'

export function endingHandlers(
  paths: PerchPaths,
  supervisor: Supervisor,
): Pick<ApiHandlers, 'killSession' | 'removeSession' | 'pruneSessions'> {
  const found = (path: Readonly<Record<string, string>>) => supervisor.registry.find(path.session ?? '')
  const end = (session: TrackedSession, graceMs = graceOf(paths)) => endSession(supervisor, session, graceMs)
  return {
    killSession: async ({ path, body }) => {
      const session = found(path)
      if (body.signal === undefined) await end(session, body.graceMs)
      else await (await session.link()).request('signal', { signal: body.signal })
      return { schema: 1, session: await session.view() }
    },
    removeSession: async ({ path, query }) => {
      const session = found(path)
      if (session.live && query.get('force') === '1') await end(session)
      requireEnded(session, 'end it first with perch kill, or use --force')
      await supervisor.settle(session)
      supervisor.remove(session)
      return { schema: 1, removed: [session.id] }
    },
    pruneSessions: async ({ body }) => {
      const { removed, problems } = await pruneSessions(supervisor, body, Date.now())
      const errors = problems.map(({ code, message, hint = null }) => ({ code, message, hint }))
      return { schema: 1, removed: [...removed], errors }
    },
  }
}

/** @throws PerchError `session-live` */
export function requireEnded(session: TrackedSession, hint: string): void {
  session.refresh()
  if (!session.live) return
  throw new PerchError('session-live', `session ${session.name ?? session.id} is running`, { hint })
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
