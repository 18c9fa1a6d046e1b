/** `perch send`: input for a session, without attaching. */
import type { Session } from '../../api/session.js'
import type { HostConnection } from '../../client/host-connection.js'
import { PerchError } from '../../platform/perch-error.js'
import type { VerbResult } from '../result.js'
import { withSessionHost } from '../session-host.js'
import { sessionTitle } from '../session-view.js'
import { requireDecodable } from '../shell/undecodable-words.js'
import { openOwnInput } from '../streams/own-input.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const [asked = '', ...words] = invocation.positionals
  const { flags } = invocation
  if (words.length === 0 && !['enter', 'stdin', 'eof'].some((flag) => flags.has(flag))) {
    throw new PerchError('usage', 'perch send needs something to send', { hint: 'TEXT, --enter, --stdin or --eof.' })
  }
  requireDecodable(words)
  const accepted = await withSessionHost(
    await context.client(),
    asked,
    (connection, session) => sendInput(connection, session, { text: words.join(' '), flags }),
    (session) => endedError(session, 0),
  )
  return { shown: { kind: 'lines', lines: [String(accepted)] }, document: { accepted } }
}

/**
 * Sends it in the order of the help text; Ctrl-C gives up what the program does not read.
 * @returns the bytes that the program's side took
 * @throws PerchError `stream-closed`, `session-ended`, `interrupted`, each saying how much was taken
 */
async function sendInput(
  connection: Pick<HostConnection, 'input' | 'cancelInput'>,
  session: Session,
  { text, flags }: { readonly text: string; readonly flags: ReadonlySet<string> },
): Promise<number> {
  const { input } = connection
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  process.once('SIGINT', interrupt)
  const source = flags.has('stdin') ? openOwnInput() : undefined
  try {
    // Also when there is nothing to write at the moment: standard input may say nothing for hours.
    return await Promise.race([everything(interrupted.signal), stopped(interrupted.signal)])
  } catch (error) {
    const isInterrupted = interrupted.signal.aborted
    throw sendError(error, session, { accepted: isInterrupted ? await takenOf(connection) : input.accepted, isInterrupted })
  } finally {
    process.off('SIGINT', interrupt)
    source?.close()
  }

  async function everything(signal: AbortSignal): Promise<number> {
    // A terminal's Enter key sends a carriage return; a program that reads a pipe expects a line feed.
    const enter = flags.has('enter') ? (session.kind === 'pty' ? '\r' : '\n') : ''
    await input.write(Buffer.from(text + enter), signal)
    for await (const chunk of source?.chunks ?? []) await input.write(chunk, signal)
    return flags.has('eof') ? input.finish(signal) : input.settled(signal)
  }

  function stopped(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      void input.failure.then(reject)
    })
  }
}

/** What was taken of everything sent: to the byte from the host, and what it had told before when it cannot say. */
async function takenOf(connection: Pick<HostConnection, 'input' | 'cancelInput'>): Promise<number> {
  try {
    return await connection.cancelInput()
  } catch (error) {
    if (error instanceof PerchError) return connection.input.accepted
    throw error
  }
}

function sendError(
  error: unknown,
  session: Session,
  { accepted, isInterrupted }: { readonly accepted: number; readonly isInterrupted: boolean },
): unknown {
  if (isInterrupted) {
    return new PerchError('interrupted', `interrupted: ${sessionTitle(session)} took ${accepted} bytes`, {
      hint: 'The rest was not sent.',
    })
  }
  if (!(error instanceof PerchError)) return error
  // The host goes with its session.
  if (error.code === 'host-lost' || error.code === 'session-ended') return endedError(session, accepted)
  return new PerchError(error.code, `${error.message}; ${accepted} bytes were taken before`, { hint: error.hint, cause: error })
}

function endedError(session: Session, accepted: number): PerchError {
  const taken = accepted > 0 ? `; it took ${accepted} bytes before` : ''
  return new PerchError('session-ended', `${sessionTitle(session)} has ended and reads no more${taken}`, {
    hint: `See: perch show ${session.id}`,
  })
}
