/** What `perch attach` shows of a session that is over. */
import { isatty } from 'node:tty'
import type { AttachFrom } from '../api/attach-protocol.js'
import type { Session } from '../api/session.js'
import { readSessionLog } from '../client/log-reader.js'
import type { PerchClient } from '../client/perch-client.js'
import { filledLines, withEndedScreen } from './ended-screen.js'
import { wantsColour } from './present/colour.js'
import { exitCodeOfSession, exitText } from './session-exit.js'
import { sessionTitle } from './session-view.js'
import { copyLog } from './streams/copy-log.js'
import { printTarget } from './streams/print-target.js'
import { writeText } from './streams/write-text.js'
import type { CliContext } from './verb.js'

/** Of the log of a session of pipes. */
const ENDED_TAIL_LINES = 24

/** Its last screen, or the end of its log; and how it ended. Returns its exit code. */
export async function showEnded(
  client: PerchClient,
  context: CliContext,
  session: Session,
  asked: AttachFrom | undefined,
): Promise<number> {
  const isScreen = asked === undefined || asked.at === 'screen'
  if (isScreen && session.kind === 'pty') {
    const isColoured = wantsColour(context.env, isatty(1))
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
