/** Where to start in a session's output, as people write it: `screen`, `live`, `tail:N`, or an absolute offset. Pure. */
import type { AttachFrom } from '../../api/attach-protocol.js'
import { PerchError } from '../../platform/perch-error.js'

/**
 * @param allowed `screen` only makes sense where there is one
 * @throws PerchError `usage`
 */
export function parseAttachFrom(text: string, allowed: { readonly screen: boolean }): AttachFrom {
  if (text === 'screen' && allowed.screen) return { at: 'screen' }
  if (text === 'live') return { at: 'live' }
  const lines = /^tail:(\d{1,9})$/.exec(text)?.[1]
  if (lines !== undefined) return { at: 'tail', lines: Number(lines) }
  if (/^\d{1,15}$/.test(text)) return { at: 'offset', offset: Number(text) }
  const forms = ['an offset in bytes', 'tail:N (lines)', 'live', ...(allowed.screen ? ['screen'] : [])]
  throw new PerchError('usage', `--from does not understand ${JSON.stringify(text)}`, { hint: `Use ${forms.join(', or ')}.` })
}
