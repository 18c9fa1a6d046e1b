/** `perch attach`: back to a session, on the terminal for one with a terminal, through the standard streams for pipes. */
import type { AttachFrom, AttachParams } from '../../api/attach-protocol.js'
import type { Session } from '../../api/session.js'
import { readSessionLog } from '../../client/log-reader.js'
import type { PerchClient } from '../../client/perch-client.js'
import { PerchError } from '../../platform/perch-error.js'
import { attachSettings } from '../attach-settings.js'
import { attachTarget } from '../attach-target.js'
import { filledLines, withEndedScreen } from '../ended-screen.js'
import { joinOnTerminal, joinPassingThrough } from '../join-session.js'
import { wantsColour } from '../present/colour.js'
import { nothingShown, type VerbResult } from '../result.js'
import { exitCodeOfSession, exitText } from '../session-exit.js'
import { isLive, sessionTitle } from '../session-view.js'
import { copyLog } from '../streams/copy-log.js'
import { printTarget } from '../streams/print-target.js'
import { writeText } from '../streams/write-text.js'
import { openOuterTerminal } from '../terminal/outer-terminal.js'
import { parseAttachFrom } from '../values/attach-from.js'
import { parseStream } from '../values/stream.js'
import { type CliContext, type Invocation, optionValue } from '../verb.js'

/** Of the log of an ended session of pipes. */
const ENDED_TAIL_LINES = 24

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
  if (!isLive(session)) return nothingShown(await showEnded(client, context, session, asked))
  const attach: AttachParams = {
    mode: view ? 'viewer' : 'controller',
    steal: flags.has('steal'),
    from: asked ?? (session.kind === 'pty' ? { at: 'screen' } : { at: 'tail', lines: 10 }),
    ...(stream && { streams: [stream] }),
  }
  const joining = { context, client, session, attach }
  if (session.kind === 'pty' && process.stdin.isTTY && process.stdout.isTTY) {
    const terminal = openOuterTerminal()
    try {
      return nothingShown(await joinOnTerminal({ ...joining, terminal, settings }))
    } finally {
      await terminal.close('')
    }
  }
  if (session.kind === 'pty' && !view) {
    throw new PerchError('no-terminal', `${sessionTitle(session)} has a terminal, and there is none here to show it on`, {
      hint: 'Look with --view or perch logs -f; write with perch send.',
    })
  }
  const forwardInput = flags.has('stdin') && !view
  return nothingShown(await joinPassingThrough({ ...joining, forwardInput, signals: 'leave' }))
}

/** Its last screen, or the end of its log; and how it ended. */
async function showEnded(
  client: PerchClient,
  context: CliContext,
  session: Session,
  asked: AttachFrom | undefined,
): Promise<number> {
  const isScreen = asked === undefined || asked.at === 'screen'
  if (isScreen && session.kind === 'pty') {
    const isColoured = wantsColour(context.env, process.stdout.isTTY)
    const { lines } = await withEndedScreen(client, session, (thread) => thread.text(isColoured))
    await writeText(
      printTarget(1),
      filledLines(lines)
        .map((line) => `${line}\n`)
        .join(''),
    )
  } else {
    const from = isScreen ? ({ at: 'tail', lines: ENDED_TAIL_LINES } as const) : asked
    await copyLog(readSessionLog(client, session.id, { from, follow: false }), { raw: false, notice: context.notice })
  }
  const how = session.exit ? exitText(session.exit) : session.state
  context.notice(`${sessionTitle(session)} has ended: ${how}`)
  return exitCodeOfSession(session.exit)
}
