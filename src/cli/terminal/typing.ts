/** What a person types, on its way from the terminal to the session, with the detach keys taken out. */
import type { HostConnection } from '../../client/host-connection.js'
import { PerchError } from '../../platform/perch-error.js'
import type { FirstEnd } from '../first-end.js'
import { DetachKeyFilter } from './detach-key.js'
import type { DetachKeys } from './detach-key-names.js'
import { type AwaitedAnswers, awaitAnswers } from './late-answers.js'
import type { OuterTerminal } from './outer-terminal.js'
import type { ShowEnd } from './show-end.js'

export interface TypingOptions {
  /** Asked each time for its input, which may be another one by then. */
  readonly connection: Pick<HostConnection, 'input'>
  readonly terminal: Pick<OuterTerminal, 'onInput' | 'pauseInput' | 'resumeInput' | 'write'>
  readonly attach: { readonly mode: 'controller' | 'viewer' }
  readonly detachKeys: DetachKeys
  /** Something was typed that is not for leaving. */
  readonly onTyped: () => void
}

/** Long enough for the rest of a split escape sequence, short enough not to be felt after Escape alone (tmux: 10 ms). */
const ESCAPE_WAIT_MS = 20
/** Input that the session has not taken. Beyond it the terminal is read no further, since a paste must not be lost. */
const INPUT_LIMIT_BYTES = 8 * 1024 * 1024
/** How long leaving waits for the session to take what was typed before; a program that reads takes it at once. */
const SETTLE_MS = 250

const INTERRUPT = 0x03

export interface ForwardedTyping {
  /**
   * Waits, with a bound, until what was typed is taken; where the terminal may still say something by itself, that is waited for
   * as well, and does not reach the shell.
   */
  stop(mayTerminalSpeak: boolean): Promise<void>
}

/** Begins to forward. */
export function forwardTyping(options: TypingOptions, ending: FirstEnd<ShowEnd>): ForwardedTyping {
  const { connection, terminal, attach } = options
  const filter = new DetachKeyFilter(options.detachKeys)
  let waitingBytes = 0
  let escapeTimer: NodeJS.Timeout | undefined
  let answers: AwaitedAnswers | undefined

  const forward = async (bytes: Uint8Array) => {
    if (bytes.byteLength === 0 || attach.mode === 'viewer' || (ending.current && !answers)) return
    waitingBytes += bytes.byteLength
    if (waitingBytes > INPUT_LIMIT_BYTES) terminal.pauseInput()
    try {
      await connection.input.write(bytes)
    } catch (error) {
      // Typing at a session that just ended is no failure: its output tells how it went.
      if (!isEndOfSession(error)) ending.fail(error)
    }
    waitingBytes -= bytes.byteLength
    if (waitingBytes <= INPUT_LIMIT_BYTES) terminal.resumeInput()
  }

  terminal.onInput((chunk) => {
    if (answers) {
      answers.take(chunk)
      return
    }
    clearTimeout(escapeTimer)
    const { pass, detach } = filter.push(chunk)
    void forward(pass)
    if (pass.byteLength > 0) options.onTyped()
    // A viewer's Ctrl-C has nobody to go to; everybody who only looks expects it to end the looking.
    if (detach || (attach.mode === 'viewer' && chunk.includes(INTERRUPT))) ending.set({ kind: 'detached' })
    else if (filter.isWaiting) escapeTimer = setTimeout(() => void forward(filter.flush()), ESCAPE_WAIT_MS)
  })

  return {
    stop: async (mayTerminalSpeak) => {
      clearTimeout(escapeTimer)
      if (mayTerminalSpeak) answers = awaitAnswers(terminal, (answer) => void forward(answer))
      await answers?.done
      await connection.input.settled(AbortSignal.timeout(SETTLE_MS)).catch(() => 0)
    },
  }
}

function isEndOfSession(error: unknown): boolean {
  return error instanceof PerchError && ['stream-closed', 'session-ended', 'host-lost'].includes(error.code)
}
