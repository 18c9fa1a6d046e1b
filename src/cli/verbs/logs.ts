/** `perch logs`: what a session wrote, while it runs and after. */
import { readSessionLog } from '../../client/log-reader.js'
import { nothingShown, type VerbResult } from '../result.js'
import { copyLog } from '../streams/copy-log.js'
import { parseAttachFrom } from '../values/attach-from.js'
import { parseStream } from '../values/stream.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const { flags } = invocation
  const [asked = ''] = invocation.positionals
  const from = parseAttachFrom(optionValue(invocation, 'from') ?? '0', { screen: false })
  const stream = parseStream(optionValue(invocation, 'stream'), { input: false })
  const events = readSessionLog(await context.client(), asked, { from, stream, follow: flags.has('follow') })
  await copyLog(events, { raw: flags.has('raw'), notice: context.notice })
  return nothingShown()
}
