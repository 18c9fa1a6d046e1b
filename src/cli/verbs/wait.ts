/** `perch wait`: until a session ends, with its code; or until something is seen in what it writes. */
import { EXIT } from '../../api/error-codes.js'
import type { Session } from '../../api/session.js'
import type { PerchClient } from '../../client/perch-client.js'
import { onAbort } from '../../platform/on-abort.js'
import { PerchError } from '../../platform/perch-error.js'
import { awaitExit } from '../await-exit.js'
import type { VerbResult } from '../result.js'
import { exitCodeOfSession, exitText } from '../session-exit.js'
import { sessionTitle } from '../session-view.js'
import { parseAttachFrom } from '../values/attach-from.js'
import { parseDurationMs } from '../values/duration.js'
import { parsePattern } from '../values/pattern.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'
import { type AwaitedOutput, awaitOutput } from '../waiting/await-output.js'

/** With a shorter timeout it is still asked once: `--timeout 0s` tells whether a session has ended. */
const FIRST_ANSWER_MS = 1_000

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const [asked = ''] = invocation.positionals
  const awaited = awaitedOutput(invocation)
  const timeout = optionValue(invocation, 'timeout')
  const timeoutMs = timeout === undefined ? undefined : parseDurationMs(timeout, '--timeout')
  const bound = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)
  const firstBound = timeoutMs === undefined ? undefined : AbortSignal.timeout(Math.max(timeoutMs, FIRST_ANSWER_MS))
  const client = await context.client()
  let found: Session | undefined
  try {
    const { session } = await unlessAborted(client.showSession(asked), firstBound)
    found = session
    const waiting = awaited
      ? untilSeen({ client, session, awaited, signal: bound, notice: context.notice })
      : untilEnded(client, session, context, bound)
    return await unlessAborted(waiting, found.exit === null ? bound : firstBound)
  } catch (error) {
    if (!bound?.aborted) throw error
    const title = found ? sessionTitle(found) : asked
    throw new PerchError('timeout', `${title} ${awaited ? 'did not get there' : 'still runs'} after ${timeout}`, {
      hint: awaited ? `See: perch logs ${found?.id ?? asked}` : `End it with: perch kill ${found?.id ?? asked}`,
    })
  }
}

/** The result of the work, which may itself be held up by a host that hangs and does not see the signal before it answers. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const aborted = new Promise<never>((_, reject) => onAbort(signal, () => reject(signal?.reason)))
  return Promise.race([work, aborted])
}

/** @throws PerchError `usage`, `bad-pattern` */
function awaitedOutput(invocation: Invocation): AwaitedOutput | undefined {
  const [idle, pattern, from] = ['idle', 'pattern', 'from'].map((name) => optionValue(invocation, name))
  if (from !== undefined && pattern === undefined) {
    throw new PerchError('usage', '--from is where --pattern looks, and there is none', { hint: 'See: perch help wait' })
  }
  if (idle === undefined && pattern === undefined) return undefined
  return {
    from: parseAttachFrom(from ?? 'live', { screen: false }),
    idleMs: idle === undefined ? undefined : parseDurationMs(idle, '--idle'),
    pattern: pattern === undefined ? undefined : parsePattern(pattern),
  }
}

async function untilSeen(waiting: Parameters<typeof awaitOutput>[0]): Promise<VerbResult> {
  const { client, session, notice } = waiting
  const met = (await awaitOutput(waiting)) === 'met'
  const { session: now } = await client.showSession(session.id)
  if (!met) notice(`${sessionTitle(now)} ended first: ${now.exit ? exitText(now.exit) : now.state}`)
  return { shown: { kind: 'nothing' }, document: { met, session: now }, exitCode: met ? EXIT.done : EXIT.failed }
}

async function untilEnded(
  client: PerchClient,
  session: Session,
  context: CliContext,
  bound: AbortSignal | undefined,
): Promise<VerbResult> {
  const exit = await awaitExit(client, session.id, bound)
  if (exit === null || exit.outcome === 'lost') context.notice(`${session.id} was lost: its host is gone`)
  const { session: ended } = await client.showSession(session.id)
  return { shown: { kind: 'nothing' }, document: { session: ended }, exitCode: exitCodeOfSession(exit) }
}
