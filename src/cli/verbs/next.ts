/** `perch next`: attaches the session that needs somebody and has waited longest. */
import { PerchError } from '../../platform/perch-error.js'
import { attachLive, hasTerminal } from '../attach-live.js'
import { attachSettings } from '../attach-settings.js'
import { enclosingSessions } from '../attach-target.js'
import { nextSession } from '../next-session.js'
import { nothingShown, type VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const settings = attachSettings(invocation, context.paths)
  if (!hasTerminal()) {
    throw new PerchError('no-terminal', 'there is no terminal here to show a session on', {
      hint: 'perch ls --needs-you lists the sessions that need somebody.',
    })
  }
  const client = await context.client()
  const { sessions } = await client.listSessions()
  const around = await enclosingSessions(client, context.env)
  const session = nextSession(sessions.filter(({ id }) => !around.includes(id)))
  if (session === undefined) {
    throw new PerchError('nothing-waits', 'no session needs you', { hint: 'perch ls shows what runs.' })
  }
  const attach = { mode: 'controller', from: { at: 'screen' } } as const
  return nothingShown(await attachLive({ context, client, session, attach, settings, forwardInput: false }))
}
