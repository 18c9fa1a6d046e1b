/** `perch wait`: until a session ends, with its code. */
import { PerchError } from '../../platform/perch-error.js'
import { awaitExit } from '../await-exit.js'
import type { VerbResult } from '../result.js'
import { exitCodeOfSession } from '../session-exit.js'
import { parseDurationMs } from '../values/duration.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const [asked = ''] = invocation.positionals
  const timeout = optionValue(invocation, 'timeout')
  const bound = timeout === undefined ? undefined : AbortSignal.timeout(parseDurationMs(timeout, '--timeout'))
  const client = await context.client()
  const { session } = await client.showSession(asked)
  try {
    const exit = await awaitExit(client, session.id, bound)
    if (exit === null || exit.outcome === 'lost') context.notice(`${session.id} was lost: its host is gone`)
    const { session: ended } = await client.showSession(session.id)
    return { shown: { kind: 'nothing' }, document: { session: ended }, exitCode: exitCodeOfSession(exit) }
  } catch (error) {
    if (!bound?.aborted) throw error
    throw new PerchError('timeout', `${session.id} still runs after ${timeout}`, {
      hint: `End it with: perch kill ${session.id}`,
    })
  }
}
