/**
 * The output of an attachment, to be consumed in one of two ways: as a sequence that the consumer asks for, or handed on as
 * it comes. Both are bounded by the queue, and end with the reason why they ended.
 */

import type { Attached } from '../api/attach-protocol.js'
import type { Frame } from '../api/frames.js'
import type { CheckAnswer } from '../api/host-answers.js'
import { type AttachmentEvent, eventOf } from './attachment-events.js'
import type { FrameQueue } from './frame-queue.js'

export interface HostAttachment {
  readonly attached: Attached
  /**
   * What happens, in order, to be consumed once: data and gaps of each stream, then its end; then the exit; last of all
   * exactly one `closed`. Returning early leaves the connection as it is.
   */
  readonly events: AsyncGenerator<AttachmentEvent, void, void>
  /**
   * The same instead of `events`, each handed on in the call in which its bytes were read, which a person who types feels. A
   * promise holds back the next. Resolves after `closed`, rejects with what `take` throws.
   * @throws PerchError `bad-frame`
   */
  follow(take: (event: AttachmentEvent) => Promise<void> | undefined): Promise<void>
}

export interface AttachmentSource {
  readonly frames: FrameQueue
  readonly check: CheckAnswer
  /** Whether it was this side that ended a connection that is gone. */
  readonly isClosedHere: () => boolean
}

export function attachmentOf(attached: Attached, { frames, check, isClosedHere }: AttachmentSource): HostAttachment {
  const offsets = new Map(Object.entries(attached.offsets))
  const next = (frame: Frame | undefined): AttachmentEvent | undefined =>
    frame ? eventOf(frame, offsets, check) : { type: 'closed', reason: isClosedHere() ? 'detached' : 'host-lost' }
  return { attached, events: eventsOf(frames, next), follow: (take) => follow(frames, next, take) }
}

type Decode = (frame: Frame | undefined) => AttachmentEvent | undefined

async function* eventsOf(frames: FrameQueue, next: Decode): AsyncGenerator<AttachmentEvent, void, void> {
  for (;;) {
    const event = next(await frames.take())
    if (event) yield event
    if (event?.type === 'closed') return
  }
}

function follow(frames: FrameQueue, next: Decode, take: (event: AttachmentEvent) => Promise<void> | undefined): Promise<void> {
  return frames.handOn((frame) => {
    const event = next(frame)
    const taken = event && take(event)
    return event?.type === 'closed' ? 'done' : taken
  })
}
