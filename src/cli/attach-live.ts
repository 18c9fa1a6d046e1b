/** Attaching to a session that runs: on the terminal for one with a terminal, through the standard streams for pipes. */
import { isatty } from 'node:tty'
import type { AttachParams } from '../api/attach-protocol.js'
import type { Session } from '../api/session.js'
import type { PerchClient } from '../client/perch-client.js'
import { PerchError } from '../platform/perch-error.js'
import type { AttachSettings } from './attach-settings.js'
import { joinOnTerminal, joinPassingThrough } from './join-session.js'
import { sessionTitle } from './session-view.js'
import { openOuterTerminal } from './terminal/outer-terminal.js'
import type { CliContext } from './verb.js'

export interface LiveAttaching {
  readonly context: CliContext
  readonly client: PerchClient
  readonly session: Session
  readonly attach: AttachParams
  readonly settings: AttachSettings
  /** Of a session of pipes: send standard input on. */
  readonly forwardInput: boolean
}

/** Whether there is a terminal here to show a session on. */
export function hasTerminal(): boolean {
  return isatty(0) && isatty(1)
}

/**
 * Stays with the session until one side ends it; returns the exit code.
 * @throws PerchError `no-terminal` for a session that wants one, and why it was left
 */
export async function attachLive({ settings, forwardInput, ...joining }: LiveAttaching): Promise<number> {
  const { session, attach } = joining
  if (session.kind === 'pty' && hasTerminal()) {
    const terminal = openOuterTerminal()
    try {
      return await joinOnTerminal({ ...joining, terminal, settings })
    } finally {
      await terminal.close('')
    }
  }
  if (session.kind === 'pty' && attach.mode === 'controller') {
    throw new PerchError('no-terminal', `${sessionTitle(session)} has a terminal, and there is none here to show it on`, {
      hint: 'Look with --view or perch logs -f; write with perch send.',
    })
  }
  return await joinPassingThrough({ ...joining, forwardInput, signals: 'leave' })
}
