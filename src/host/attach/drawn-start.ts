/** An attachment that begins with a drawn screen, or is sent one in between: what is drawn, and where the output goes on. */
import type { AttachParams } from '../../api/attach-protocol.js'
import { encodeFrame, FRAME, FRAME_PAYLOAD_LIMIT_BYTES, STREAM_NUMBER } from '../../api/frames.js'
import { PerchError } from '../../platform/perch-error.js'
import type { OwnedSession } from '../session.js'
import type { OutputPump } from './output-pump.js'

export interface Beginning {
  readonly answersFrom: number | undefined
  /** Sent before the output. */
  readonly frames: readonly Uint8Array[]
}

/** For a client that draws: how the screen is made ready that it begins with. Undefined for all others. */
export function startOnScreen(
  session: OwnedSession,
  params: AttachParams,
  pump: OutputPump,
): (() => Promise<Beginning>) | undefined {
  const { screen } = session
  const { from, draws, size } = params
  const isScreen = from.at === 'screen' || from.at === 'tail'
  if (!screen || !draws || !isScreen || pump.position('pty') === undefined) return undefined
  if (from.at === 'screen' && screen.isReplayable(size ?? session.terminal?.size)) {
    pump.place('pty', 0)
    return undefined
  }
  pump.hold()
  return async () => {
    const snapshot = await screen.snapshot({ scrollback: from.at === 'tail' ? from.lines : 0 })
    if (!snapshot) return { answersFrom: screen.unansweredFrom(pump.position('pty') ?? 0), frames: [] }
    pump.place('pty', snapshot.offset)
    return { answersFrom: snapshot.offset, frames: screenFrames(snapshot.restore) }
  }
}

/**
 * Sends a screen of this moment in place of what was not sent yet.
 * @throws PerchError `bad-request` for a client that does not draw, or a session that has no screen
 */
export async function redraw({ screen }: OwnedSession, { draws }: AttachParams, pump: OutputPump): Promise<void> {
  if (!screen || !draws || pump.position('pty') === undefined) {
    throw new PerchError('bad-request', 'there is no screen that could be drawn for this attachment')
  }
  // While another one is under way that one is what comes.
  if (pump.isHeld) return
  pump.hold()
  const snapshot = await screen.snapshot({ scrollback: 0 })
  if (snapshot) pump.place('pty', snapshot.offset)
  pump.begin(snapshot ? screenFrames(snapshot.restore) : [])
  pump.wake()
}

function screenFrames(restore: string): readonly Uint8Array[] {
  const bytes = Buffer.from(restore)
  const frames: Uint8Array[] = []
  for (let at = 0; at < bytes.byteLength; at += FRAME_PAYLOAD_LIMIT_BYTES) {
    frames.push(
      encodeFrame(
        at === 0 ? FRAME.screen : FRAME.screenMore,
        STREAM_NUMBER.pty,
        bytes.subarray(at, at + FRAME_PAYLOAD_LIMIT_BYTES),
      ),
    )
  }
  return frames
}
