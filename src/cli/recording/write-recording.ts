/** What the log of a session holds, written as a recording, and what is missing of it, said. */
import type { Session } from '../../api/session.js'
import type { PerchClient } from '../../client/perch-client.js'
import { PerchError } from '../../platform/perch-error.js'
import { sessionTitle } from '../session-view.js'
import { gapText } from '../streams/copy-log.js'
import { CastEncoder, type CastSummary } from './cast-encoder.js'
import type { CastTarget } from './cast-target.js'
import { sessionPieces } from './session-pieces.js'

/** Of a session of pipes, and of a terminal whose size nobody noted. */
const USUAL_SIZE = { cols: 80, rows: 24 }

export interface RecordingJob {
  readonly client: PerchClient
  readonly session: Session
  readonly target: CastTarget
  readonly notice: (message: string) => void
}

/**
 * Writes all of it and finishes the target; whoever opened it discards it otherwise.
 * @throws PerchError `nothing-held`, what the target throws, and what reading a log throws
 */
export async function writeRecording({ client, session, target, notice }: RecordingJob): Promise<CastSummary> {
  const encoder = new CastEncoder({
    title: sessionTitle(session),
    createdMs: Date.parse(session.createdAt),
    size: session.size ?? USUAL_SIZE,
    addsCarriageReturns: session.kind === 'pipe',
  })
  for await (const piece of sessionPieces(client, session)) {
    if (piece.kind === 'gap') notice(gapText(piece))
    const lines = encoder.push(piece)
    if (lines !== '') await target.write(lines)
    if (target.isUnread) break
  }
  const { bytes, missingBytes } = encoder.summary
  if (bytes === 0 && (missingBytes > 0 || session.state === 'lost')) throw nothingHeld(session)
  await target.write(encoder.end())
  await target.finish()
  if (encoder.summary.untimedBytes > 0) notice(untimedText(encoder.summary))
  return encoder.summary
}

function untimedText({ bytes, untimedBytes }: CastSummary): string {
  const which = untimedBytes === bytes ? 'all of it' : `${untimedBytes} of ${bytes} bytes`
  return `nobody noted when ${which} came, since the log was in memory alone; the recording shows it at once`
}

function nothingHeld(session: Session): PerchError {
  return new PerchError('nothing-held', `nothing of what ${sessionTitle(session)} wrote is held`, {
    hint: 'A log that is kept in memory alone goes with its host.',
  })
}
