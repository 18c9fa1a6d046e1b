/** `perch run`: the agent of a profile. */
import type { VerbResult } from '../result.js'
import { startSession } from '../start-session.js'
import type { CliContext, Invocation } from '../verb.js'

export function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  return startSession(invocation, context, { kind: 'agent', args: [...(invocation.rest ?? [])] })
}
