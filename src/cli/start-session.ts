/** What `run` and `exec` do: start a session, and stay with it unless asked not to. */
import type { Program } from '../api/control.js'
import type { PerchClient } from '../client/perch-client.js'
import { joinOnTerminal, joinPassingThrough } from './join-session.js'
import type { VerbResult } from './result.js'
import { nothingShown } from './result.js'
import { decideStartMode, startRequest } from './start-request.js'
import { DEFAULT_DETACH_KEYS, parseDetachKeys } from './terminal/detach-key-names.js'
import { openOuterTerminal } from './terminal/outer-terminal.js'
import { sizeInRange } from './values/size.js'
import { type CliContext, type Invocation, optionValue } from './verb.js'

/** Its own output from the first byte on: nothing was there before. */
const FROM_THE_START = { at: 'offset', offset: 0 } as const

/** Starts the program in a session and does what the command line says about staying. */
export async function startSession(invocation: Invocation, context: CliContext, program: Program): Promise<VerbResult> {
  const mode = decideStartMode(invocation.flags, {
    stdin: process.stdin.isTTY === true,
    stdout: process.stdout.isTTY === true,
    stderr: process.stderr.isTTY === true,
  })
  const detachKeys = parseDetachKeys(optionValue(invocation, 'detach-keys') ?? DEFAULT_DETACH_KEYS)
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
      const code = await joinOnTerminal({ context, client, session, terminal, attach, detachKeys })
      // Not before: the program's first screen would wipe it away.
      tell(notices)
      return code
    } finally {
      await terminal.close('')
    }
  }

  async function passingThrough(perch: PerchClient): Promise<number> {
    const { session, notices } = await perch.createSession({ ...request, expectsClient: true })
    // A file or a pipe gets the program's own stderr and nothing else.
    if (process.stderr.isTTY) tell(notices)
    const attach = { mode: 'controller', from: FROM_THE_START, block: session.kind === 'pipe' } as const
    return joinPassingThrough({ context, client: perch, session, attach, forwardInput: true, signals: 'forward' })
  }

  /** What happened to the profile's files at the start. */
  function tell(notices: readonly string[] = []): void {
    for (const notice of notices) context.notice(notice)
  }
}

function standardOutputSize() {
  const { columns, rows } = process.stdout
  return process.stdout.isTTY ? sizeInRange(columns, rows) : undefined
}
