/** `perch logs`: what a session wrote, while it runs and after. */
import { type StreamName, streamNames } from '../../api/session.js'
import { readSessionLog } from '../../client/log-reader.js'
import { PerchError } from '../../platform/perch-error.js'
import { nothingShown, type VerbResult } from '../result.js'
import { copyLog } from '../streams/copy-log.js'
import { parseAttachFrom } from '../values/attach-from.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const { flags } = invocation
  const [asked = ''] = invocation.positionals
  const from = parseAttachFrom(optionValue(invocation, 'from') ?? '0', { screen: false })
  const stream = parseStream(optionValue(invocation, 'stream'))
  const events = readSessionLog(await context.client(), asked, { from, stream, follow: flags.has('follow') })
  await copyLog(events, { raw: flags.has('raw'), notice: context.notice })
  return nothingShown()
}

/** @throws PerchError `usage` */
export function parseStream(text: string | undefined): StreamName | undefined {
  if (text === undefined) return undefined
  const stream = streamNames.find((name) => name === text)
  if (stream) return stream
  throw new PerchError('usage', `there is no stream ${JSON.stringify(text)}`, { hint: 'Use pty, stdout or stderr.' })
}
