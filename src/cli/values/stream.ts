/** Names of streams as people write them. Pure. */
import type { StreamName } from '../../api/session.js'
import { streamNames } from '../../api/stream-names.js'
import { PerchError } from '../../platform/perch-error.js'

/**
 * @param allowed `input` where that can be followed as well
 * @throws PerchError `usage`
 */
export function parseStream(text: string | undefined, allowed: { readonly input: boolean }): StreamName | undefined {
  if (text === undefined) return undefined
  const names = streamNames.filter((name) => allowed.input || name !== 'stdin')
  const stream = names.find((name) => name === text)
  if (stream) return stream
  throw new PerchError('usage', `there is no ${allowed.input ? '' : 'output '}stream ${JSON.stringify(text)}`, {
    hint: `Use ${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`,
  })
}
