/** `perch prune`: removes ended sessions and their logs. */
import { PerchError } from '../../platform/perch-error.js'
import type { VerbResult } from '../result.js'
import { removedText } from '../session-view.js'
import { parseDurationMs } from '../values/duration.js'
import { parseKeyValues } from '../values/key-value.js'
import { type CliContext, type Invocation, optionValue, optionValues } from '../verb.js'

/** A century: no timer waits for it, and no session is older. */
const LONGEST_AGE_MS = 36_525 * 24 * 60 * 60 * 1000

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const [older, originator, profile] = ['older', 'originator', 'profile'].map((name) => optionValue(invocation, name))
  const pairs = optionValues(invocation, 'label')
  const labels = parseKeyValues(pairs, '--label')
  // Of a list that would be none; here the last one must not decide what is removed.
  if (Object.keys(labels).length < pairs.length) throw new PerchError('usage', '--label names a label twice')
  const { removed, errors } = await (await context.client()).pruneSessions({
    labels: { ...labels },
    ...(older !== undefined && { olderMs: parseDurationMs(older, '--older', LONGEST_AGE_MS) }),
    ...(originator !== undefined && { originator }),
    ...(profile !== undefined && { profile }),
  })
  const problems = errors.map(({ code, message, hint }) => new PerchError(code, message, { hint: hint ?? undefined }))
  return { shown: { kind: 'lines', lines: [removedText(removed)] }, document: { removed }, problems }
}
