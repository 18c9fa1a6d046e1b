/** `perch top`: the live dashboard, and from it to sessions and back. */

import { isatty } from 'node:tty'
import type { Session, Size } from '../../api/session.js'
import type { UsageReply } from '../../api/usage.js'
import { connectPerch, type PerchClient } from '../../client/perch-client.js'
import { configValue, readConfigFile } from '../../platform/config-file.js'
import { trueOrFalse } from '../../platform/files/toml-values.js'
import type { PerchPaths } from '../../platform/paths.js'
import { PerchError } from '../../platform/perch-error.js'
import { runDashboard } from '../../tui/dashboard.js'
import { paintWithColours, paintWithoutColours } from '../../tui/paint/style.js'
import { wantsColour } from '../present/colour.js'
import { nothingShown, type VerbResult } from '../result.js'
import { isLive, sessionTitle } from '../session-view.js'
import { startRequest } from '../start-request.js'
import { openOuterTerminal } from '../terminal/outer-terminal.js'
import { waitForKey } from '../terminal/wait-for-key.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run(_: Invocation, context: CliContext): Promise<VerbResult> {
  const { env, paths } = context
  if (!isatty(0) || !isatty(1) || env.TERM === 'dumb') {
    throw new PerchError('no-terminal', 'perch top needs a terminal to show itself on', {
      hint: 'perch ls lists the sessions once, perch events follows what happens.',
    })
  }
  const client = await context.client()
  const watcher = connectPerch({ paths, env, autostart: false })
  const exitCode = await runDashboard({
    client,
    watcher,
    paths,
    home: env.HOME,
    paint: wantsColour(env, true) ? paintWithColours : paintWithoutColours,
    openTerminal: openOuterTerminal,
    rings: readBell(paths),
    askUsage: () => askUsage(watcher),
    attach: (session, how) => attach(context, session, how),
    start: (profile, size) => start(client, env, profile, size),
  })
  return nothingShown(exitCode)
}

/** @throws PerchError `bad-config` */
function readBell(paths: PerchPaths): boolean {
  const file = readConfigFile(paths)
  const bell = file && configValue(file, ['notify', 'bell'], 'true or false', trueOrFalse)
  return bell ?? true
}

/** Long enough for every session that somebody still looks at. */
const USAGE_DAYS = 30

async function askUsage(client: PerchClient): Promise<UsageReply> {
  const since = new Date(Date.now() - USAGE_DAYS * 24 * 60 * 60 * 1000).toISOString()
  return await client.usage({ by: 'session', since })
}

/** As `perch attach` does it. What that would have told on the shell is told on the dashboard. */
async function attach(
  context: CliContext,
  session: Session,
  how: 'controller' | 'viewer' | 'steal',
): Promise<string | undefined> {
  const { run: runAttach } = await import('./attach.js')
  const told: string[] = []
  const flags = new Set(how === 'viewer' ? ['view'] : how === 'steal' ? ['steal'] : [])
  const quiet = { ...context, notice: (message: string) => void told.push(message) }
  if (session.kind === 'pipe' && isLive(session)) context.notice(`${sessionTitle(session)}; Ctrl-C returns to the dashboard`)
  await runAttach({ positionals: [session.id], flags, values: new Map(), rest: undefined }, quiet)
  // What went by as text is read before the dashboard covers it.
  if (session.kind === 'pipe' || !isLive(session)) await waitForKey(told.at(-1))
  return told.at(-1)
}

/** As `perch run PROFILE -d` does it. */
async function start(client: PerchClient, env: NodeJS.ProcessEnv, profile: string, terminalSize: Size) {
  const invocation = { positionals: [profile], flags: new Set<string>(), values: new Map(), rest: undefined }
  const request = startRequest(invocation, { kind: 'agent', args: [] }, { kind: 'pty', env, terminalSize })
  const { session, notices = [] } = await client.createSession(request)
  return { session, notices }
}
