/** `perch login`: the agent's own flow, in the profile's runtime. */
import { runAccountCommand } from '../agent-account.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  return runAccountCommand('login', invocation, context)
}
