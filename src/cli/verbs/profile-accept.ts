/** `perch profile accept`: the account that a profile is logged in with now is the right one. */
import { accountCell } from '../account-text.js'
import type { VerbResult } from '../result.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run({ positionals: [name = ''] }: Invocation, context: CliContext): Promise<VerbResult> {
  const { profile } = await (await context.client()).acceptAccount(name)
  const account = accountCell(profile)
  const text = typeof account === 'string' ? account : account.text
  return { shown: { kind: 'lines', lines: [`The account of ${profile.name} is ${text}.`] }, document: { profile } }
}
