/** `perch attach`: back to a session, on the terminal for one with a terminal, through the standard streams for pipes. */
import type { AttachParams } from '../../api/attach-protocol.js'
import { PerchError } from '../../platform/perch-error.js'
import { attachLive } from '../attach-live.js'
import { attachSettings } from '../attach-settings.js'
import { attachTarget } from '../attach-target.js'
import { nothingShown, type VerbResult } from '../result.js'
import { isLive } from '../session-view.js'
import { parseAttachFrom } from '../values/attach-from.js'
import { parseStream } from '../values/stream.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

export async function run(invocation: Invocation, context: CliContext): Promise<VerbResult> {
  const { flags } = invocation
  const from = optionValue(invocation, 'from')
  const asked = from === undefined ? undefined : parseAttachFrom(from, { screen: true })
  const stream = parseStream(optionValue(invocation, 'stream'), { input: false })
  const settings = attachSettings(invocation, context.paths)
  const view = flags.has('view')
  if (view && flags.has('steal')) throw new PerchError('usage', '--view and --steal exclude each other')

  const client = await context.client()
  const session = await attachTarget(client, context, invocation.positionals[0])
  if (!isLive(session)) {
    const { showEnded } = await import('../show-ended.js')
    return nothingShown(await showEnded(client, context, session, asked))
  }
  const attach: AttachParams = {
    mode: view ? 'viewer' : 'controller',
    steal: flags.has('steal'),
    from: asked ?? (session.kind === 'pty' ? { at: 'screen' } : { at: 'tail', lines: 10 }),
    ...(stream && { streams: [stream] }),
  }
  const forwardInput = flags.has('stdin') && !view
  return nothingShown(await attachLive({ context, client, session, attach, settings, forwardInput }))
}
