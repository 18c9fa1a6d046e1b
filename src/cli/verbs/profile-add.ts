/** `perch profile add`: creates a profile and says what to do next, or does it. */
import { PerchError } from '../../platform/perch-error.js'
import { runAccountCommand } from '../agent-account.js'
import type { VerbResult } from '../result.js'
import { parseKeyValues } from '../values/key-value.js'
import { type CliContext, type Invocation, optionValue, optionValues } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const [name = ''] = invocation.positionals
  const agent = optionValue(invocation, 'agent')
  const env = parseKeyValues(optionValues(invocation, 'env'), '--env')
  const command = commandOf(invocation)
  const logsIn = invocation.flags.has('login')
  const client = await context.client()
  const { profile, nextStep } = await client.createProfile({ name, env, ...(agent && { agent }), ...(command && { command }) })
  if (logsIn) {
    context.notice(`created the profile ${profile.name} (${profile.agent})`)
    return runAccountCommand('login', { ...invocation, positionals: [name], values: new Map(), rest: undefined }, context)
  }
  const lines = [`Created the profile ${profile.name} (${profile.agent}).`, nextStep]
  return { shown: { kind: 'lines', lines }, document: { profile, nextStep } }
}

function commandOf({ flags, rest }: Invocation): string[] | undefined {
  if (flags.has('command')) {
    if (rest?.length) return [...rest]
    throw new PerchError('empty-command', '--command needs a command after --', {
      hint: 'perch profile add NAME --command -- CMD…',
    })
  }
  if (rest === undefined) return undefined
  throw new PerchError('usage', 'what follows -- is only for --command', { hint: 'perch profile add NAME --command -- CMD…' })
}
