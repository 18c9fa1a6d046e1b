/**
 * What an attachment tells its consumer, decoded from frames. Pure: the offsets of the streams are the only state, and
 * the caller's.
 */
import type { Closed } from '../api/attach-protocol.js'
import { decodeJsonPayload, FRAME, type Frame, streamOfNumber } from '../api/frames.js'
import type { CheckAnswer } from '../api/host-answers.js'
import type { Size, StreamName } from '../api/session.js'
import type { ExitRecord } from '../api/session-record.js'

/** Offsets are absolute bytes of the stream. */
export type AttachmentEvent =
  | { readonly type: 'data'; readonly stream: StreamName; readonly offset: number; readonly bytes: Uint8Array }
  /**
   * Asked for with `draws`: bytes that draw the screen as it is where the output goes on. `isMore` says that they belong to the
   * ones before.
   */
  | { readonly type: 'screen'; readonly bytes: Uint8Array; readonly isMore: boolean }
  /** The bytes from `from` up to `to` are gone; what follows starts at `to`. */
  | { readonly type: 'gap'; readonly stream: StreamName; readonly from: number; readonly to: number }
  | { readonly type: 'end'; readonly stream: StreamName; readonly offset: number }
  | { readonly type: 'exit'; readonly record: ExitRecord }
  | { readonly type: 'size'; readonly size: Size }
  | { readonly type: 'closed'; readonly reason: CloseReason; readonly by?: string | undefined }

export type CloseReason = Closed['reason'] | 'host-lost'

/**
 * The event of a frame, undefined for a frame of a later version; advances `offsets` (next byte, by stream).
 * @throws PerchError `bad-frame`, or the schema's error, when the host sent nonsense
 */
export function eventOf(frame: Frame, offsets: Map<string, number>, check: CheckAnswer): AttachmentEvent | undefined {
  switch (frame.type) {
    case FRAME.exit:
      return { type: 'exit', record: check('exit', decodeJsonPayload(frame)) }
    case FRAME.screen:
    case FRAME.screenMore:
      return { type: 'screen', bytes: frame.payload, isMore: frame.type === FRAME.screenMore }
    case FRAME.size:
      return { type: 'size', size: check('size', decodeJsonPayload(frame)) }
    case FRAME.closed: {
      const { reason, by } = check('closed', decodeJsonPayload(frame))
      return { type: 'closed', reason, by }
    }
    default: {
      const stream = streamOfNumber(frame.stream)
      return stream === undefined ? undefined : streamEventOf(frame, stream, offsets, check)
    }
  }
}

function streamEventOf(
  frame: Frame,
  stream: StreamName,
  offsets: Map<string, number>,
  check: CheckAnswer,
): AttachmentEvent | undefined {
  switch (frame.type) {
    case FRAME.data: {
      const offset = offsets.get(stream) ?? 0
      offsets.set(stream, offset + frame.payload.byteLength)
      return { type: 'data', stream, offset, bytes: frame.payload }
    }
    case FRAME.gap: {
      const { from, to } = check('gap', decodeJsonPayload(frame))
      offsets.set(stream, to)
      return { type: 'gap', stream, from, to }
    }
    case FRAME.end: {
      const { offset } = check('end', decodeJsonPayload(frame))
      return { type: 'end', stream, offset }
    }
    default:
      return undefined
  }
}
