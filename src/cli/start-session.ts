/** What `run` and `exec` do: start a session, and stay with it unless asked not to. */
import { isatty } from 'node:tty'
import type { Program } from '../api/control.js'
import type { Session } from '../api/session.js'
import type { PerchClient } from '../client/perch-client.js'
import { attachSettings } from './attach-settings.js'
import { joinOnTerminal, joinPassingThrough } from './join-session.js'
import type { VerbResult } from './result.js'
import { nothingShown } from './result.js'
import { decideStartMode, startRequest } from './start-request.js'
import { openOuterTerminal } from './terminal/outer-terminal.js'
import { sizeInRange } from './values/size.js'
import type { CliContext, Invocation } from './verb.js'

/** Its own output from the first byte on: nothing was there before. */
const FROM_THE_START = { at: 'offset', offset: 0 } as const

/**
 * Starts the program in a session and does what the command line says about staying. `afterwards` is told which session it was,
 * when perch has stayed with it and has left it.
 */
export async function startSession(
  invocation: Invocation,
  context: CliContext,
  program: Program,
  afterwards: (client: PerchClient, session: Session) => Promise<void> = async () => undefined,
): Promise<VerbResult> {
  const mode = decideStartMode(invocation.flags, {
    stdin: isatty(0),
    stdout: isatty(1),
    stderr: isatty(2),
  })
  const settings = attachSettings(invocation, context.paths)
  const terminalSize = mode.kind === 'pty' ? standardOutputSize() : undefined
  const request = startRequest(invocation, program, { kind: mode.kind, env: context.env, terminalSize })
  const client = await context.client()
  if (mode.client === 'none') {
    const { session, notices } = await client.createSession(request)
    tell(notices)
    return { shown: { kind: 'lines', lines: [session.id] }, document: { session } }
  }
  return nothingShown(await (mode.client === 'terminal' ? onTerminal() : passingThrough(client)))

  async function onTerminal(): Promise<number> {
    // Before the session: without a terminal to show it on there shall be none.
    const terminal = openOuterTerminal()
    try {
      const { session, notices } = await client.createSession({ ...request, expectsClient: true })
      const attach = { mode: 'controller', from: FROM_THE_START } as const
      const code = await joinOnTerminal({ context, client, session, terminal, attach, settings })
      // Not before: the program's first screen would wipe it away.
      tell(notices)
      await afterwards(client, session)
      return code
    } finally {
      await terminal.close('')
    }
  }

  async function passingThrough(perch: PerchClient): Promise<number> {
    const { session, notices } = await perch.createSession({ ...request, expectsClient: true })
    // A file or a pipe gets the program's own stderr and nothing else.
    if (isatty(2)) tell(notices)
    const attach = { mode: 'controller', from: FROM_THE_START, block: session.kind === 'pipe' } as const
    const code = await joinPassingThrough({ context, client: perch, session, attach, forwardInput: true, signals: 'forward' })
    await afterwards(perch, session)
    return code
  }

  /** What happened to the profile's files at the start. */
  function tell(notices: readonly string[] = []): void {
    for (const notice of notices) context.notice(notice)
  }
}

function standardOutputSize() {
  if (!isatty(1)) return undefined
  const { columns, rows } = process.stdout
  return sizeInRange(columns, rows)
}
