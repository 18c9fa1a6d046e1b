/**
 * Who is attached: at most one controller, any number of viewers. An attachment is an object with an id that is never
 * used again, and everybody can end only the one they hold or name: a late cleanup cannot reach its successor.
 */
import type { Closed } from '../../api/attach-protocol.js'
import type { Attachment } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'
import type { OutputPump } from './output-pump.js'

export interface LiveAttachment extends Attachment {
  readonly pump: OutputPump
  /** The child is held back for it, rather than bytes being lost to it. */
  readonly blocks: boolean
  /** Told why, when it is over; not when its own client left. */
  readonly onClosed: (closed: Closed) => void
  /** Stops what feeds it. */
  readonly release: () => void
}

export interface AttachmentEvents {
  readonly attached: (attachment: Attachment) => void
  readonly detached: (attachment: Attachment, closed: Closed) => void
}

export class Attachments {
  readonly #live = new Map<string, LiveAttachment>()
  readonly #events: AttachmentEvents
  #made = 0

  constructor(events: AttachmentEvents) {
    this.#events = events
  }

  list(): readonly Attachment[] {
    return [...this.#live.values()].map(publicPart)
  }

  /** An id for the next attachment. */
  nextId(): string {
    this.#made += 1
    return `a${this.#made}`
  }

  /**
   * Refuses a controller while there is another one that is not to be stolen from.
   * @throws PerchError `already-attached`
   */
  requireRoom(mode: Attachment['mode'], steal: boolean): void {
    const holder = mode === 'controller' && !steal ? this.#controller() : undefined
    if (!holder) return
    throw new PerchError('already-attached', `already attached by ${holder.id} since ${holder.since}`, {
      hint: 'Take over with --steal, or only watch with --view.',
    })
  }

  /** Adds an attachment; a controller takes over from the one there was. */
  add(attachment: LiveAttachment): void {
    const holder = attachment.mode === 'controller' ? this.#controller() : undefined
    if (holder) this.#close(holder, { reason: 'stolen', by: attachment.id })
    this.#live.set(attachment.id, attachment)
    this.#events.attached(publicPart(attachment))
  }

  /** Ends the attachment with this id, telling its client why; false when there is none. */
  end(id: string, closed: Closed): boolean {
    const attachment = this.#live.get(id)
    if (attachment) this.#close(attachment, closed)
    return attachment !== undefined
  }

  /** The client of this attachment is gone. */
  left(attachment: LiveAttachment): void {
    if (this.#live.get(attachment.id) !== attachment) return
    this.#live.delete(attachment.id)
    attachment.release()
    attachment.pump.stop(undefined)
    this.#events.detached(publicPart(attachment), { reason: 'detached' })
  }

  #controller(): LiveAttachment | undefined {
    return [...this.#live.values()].find(({ mode }) => mode === 'controller')
  }

  #close(attachment: LiveAttachment, closed: Closed): void {
    this.#live.delete(attachment.id)
    // Before its client: who is told of its end and then asks for the list finds it there.
    this.#events.detached(publicPart(attachment), closed)
    attachment.release()
    attachment.pump.stop(closed)
    attachment.onClosed(closed)
  }
}

/** What others may know of it. */
function publicPart({ id, mode, since, blocks }: LiveAttachment): Attachment {
  return { id, mode, since, blocks }
}
