/**
 * Logging in to a profile and out of it, by the agent's own commands in the profile's runtime. perch shows them and passes keys
 * on, and neither asks for a login nor sees one.
 */
import { agentNamed, knownAgents } from '../agents/known-agents.js'
import { loginHint } from '../agents/login-hint.js'
import type { Session } from '../api/session.js'
import type { PerchClient } from '../client/perch-client.js'
import { PerchError } from '../platform/perch-error.js'
import { readProfile } from '../profiles/store.js'
import { loginCell } from './login-cell.js'
import type { VerbResult } from './result.js'
import { isLive } from './session-view.js'
import { startSession } from './start-session.js'
import type { CliContext, Invocation } from './verb.js'

/** A folder without settings: what a project has there may say which account to log in with. */
const NEUTRAL_FOLDER = '/'

export async function runAccountCommand(
  what: 'login' | 'logout',
  invocation: Invocation,
  context: CliContext,
): Promise<VerbResult> {
  const [name = ''] = invocation.positionals
  const agent = agentNamed(readProfile(context.paths, name, context.env).agent, knownAgents(context.paths))
  if (agent.account === null) {
    throw new PerchError('no-account-command', `${agent.title} has no command to log ${what === 'login' ? 'in' : 'out'}`, {
      hint: loginHint(agent, name),
    })
  }
  const values = new Map(invocation.values).set('cwd', [NEUTRAL_FOLDER])
  const args = [...agent.account[what], ...(invocation.rest ?? [])]
  return startSession({ ...invocation, values }, context, { kind: 'agent', args }, async (client, session) => {
    if (!(await forgetSession(client, session))) return
    const isLoggedIn = await tellLogin(client, name, context)
    if (what === 'logout' && isLoggedIn === false) await forgetLogins(client, name)
  })
}

/** What was shown of a login, an address with a code in it for one, is kept no longer than the flow. False while it goes on. */
async function forgetSession(client: PerchClient, { id }: Session): Promise<boolean> {
  const { session } = await client.showSession(id)
  if (isLive(session)) return false
  await client.removeSession(id)
  return true
}

/** What sync has kept of the login that this person has just ended. */
async function forgetLogins(client: PerchClient, profile: string): Promise<void> {
  const { conflicts } = await client.syncConflicts({ profile })
  const ids = conflicts.filter(({ kind }) => kind === 'login').map(({ id }) => id)
  if (ids.length > 0) await client.resolveSync({ profile, ids, take: 'current' })
}

/** Returns whether it is logged in. */
async function tellLogin(client: PerchClient, name: string, context: CliContext): Promise<boolean | null> {
  const { profile } = await client.showProfile(name)
  if (profile.accountWas) await client.acceptAccount(name)
  if (profile.loggedIn === null) return null
  const cell = loginCell(profile, Date.now())
  const as = profile.loggedIn && profile.account?.email ? ` as ${profile.account.email}` : ''
  const state = profile.loggedIn ? `logged in${as}` : 'logged out'
  const ends = typeof cell !== 'string' && /^expire/.test(cell.text) ? ` (${cell.text})` : ''
  context.notice(`the profile ${name} is ${state}${ends}`)
  return profile.loggedIn
}
