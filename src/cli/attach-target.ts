/** Which session `perch attach` means, and that it is not the one it runs in. */
import type { Session } from '../api/session.js'
import type { PerchClient } from '../client/perch-client.js'
import { PerchError } from '../platform/perch-error.js'
import { freeFirst } from './session-order.js'
import { isLive, sessionTitle } from './session-view.js'
import { currentFolder } from './shell/current-folder.js'
import type { CliContext } from './verb.js'

/** More are not listed in the message. */
const LISTED_SESSIONS = 5

/**
 * The session with this id, prefix or name; without one, the only live session or the latest of this folder.
 * @throws PerchError `session-not-found`, `ambiguous-session`, `attach-to-self`, `folder-not-found`
 */
export async function attachTarget(client: PerchClient, { env }: CliContext, asked: string | undefined): Promise<Session> {
  const around = await enclosingSessions(client, env)
  if (asked === undefined) {
    const { sessions } = await client.listSessions()
    const live = sessions.filter((session) => isLive(session) && !around.includes(session.id))
    const chosen = chooseSession(live, currentFolder())
    if (chosen) return chosen
    const { pickSession } = await import('./pick-session.js')
    return (await pickSession(live)) ?? refuseToGuess(live)
  }
  // As much as there is to know, and no host is asked for it.
  const { session } = await client.endpoint(asked)
  if (!around.includes(session.id)) return session
  throw new PerchError('attach-to-self', `this is running inside ${sessionTitle(session)}: it cannot show itself`, {
    hint: 'Use another terminal.',
  })
}

/**
 * The choice among live sessions: the only one, or the latest of this folder that nobody is attached to. Undefined where a
 * person has to choose. Pure.
 * @throws PerchError `session-not-found` when none runs
 */
export function chooseSession(live: readonly Session[], cwd: string): Session | undefined {
  const [only, ...others] = live
  if (only === undefined) {
    throw new PerchError('session-not-found', 'no session runs', { hint: 'Start one with: perch run' })
  }
  if (others.length === 0) return only
  return live.filter((session) => session.cwd === cwd).sort(freeFirst)[0]
}

function refuseToGuess(live: readonly Session[]): never {
  const listed = live.slice(0, LISTED_SESSIONS).map(sessionTitle).join(', ')
  throw new PerchError('ambiguous-session', `${live.length} sessions run, none of them in this folder: ${listed}`, {
    hint: 'Name one: perch attach SESSION.',
  })
}

/** The session that perch runs in, the one around that, and so on: showing any of them here would feed it to itself. */
export async function enclosingSessions(client: PerchClient, env: CliContext['env']): Promise<readonly string[]> {
  // The command of a notification runs in no session, though it is told of one in the same variable.
  const innermost = env.PERCH_PROCESS === undefined ? env.PERCH_SESSION : undefined
  const ids: string[] = []
  for (let id: string | null | undefined = innermost; id && !ids.includes(id); ) {
    ids.push(id)
    id = await parentOf(client, id)
  }
  return ids
}

async function parentOf(client: PerchClient, id: string): Promise<string | null> {
  try {
    return (await client.showSession(id)).session.parent
  } catch (error) {
    // Of another state folder, or removed: nothing of it can be attached to here.
    if (error instanceof PerchError && error.code === 'session-not-found') return null
    throw error
  }
}
