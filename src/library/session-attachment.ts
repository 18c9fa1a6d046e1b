/** The face of an attachment to a session that the calling program owns. */
import type { AttachFrom } from '../api/attach-protocol.js'
import type { Attachment, Size, StreamName } from '../api/session.js'
import type { AttachmentEvent } from '../client/attachment-events.js'

export interface AttachOptions {
  /** One controller at most, any number of viewers. `viewer` when absent, which may not type. */
  readonly mode?: 'controller' | 'viewer' | undefined
  /** Where to begin in each stream; at the oldest byte held when absent. */
  readonly from?: AttachFrom | undefined
  /** All output streams when absent. */
  readonly streams?: readonly StreamName[] | undefined
  /** Takes over from the controller that there is. */
  readonly steal?: boolean | undefined
  /** Holds back the program rather than losing bytes when this reader is slow. Pipes only: on a PTY it does nothing. */
  readonly block?: boolean | undefined
  /** The controller's size for the terminal. */
  readonly size?: Size | undefined
  /** Aborting it detaches; whoever waits for the next event gets its reason as the error. */
  readonly signal?: AbortSignal | undefined
}

/**
 * One reader of a session, with an offset of its own. Iterate it once: data and gaps of each stream in order, then its
 * end; the exit after the last end; last of all exactly one `closed` with its reason. Leaving the loop detaches. A reader
 * that stalls costs 128 KiB and nobody else anything.
 */
export interface SessionAttachment extends AsyncIterableIterator<AttachmentEvent, void, void>, AsyncDisposable {
  readonly id: string
  readonly mode: Attachment['mode']
  /** First byte that follows, by stream. */
  readonly offsets: Readonly<Record<string, number>>
  /** Of the terminal when it attached; null on pipes. */
  readonly size: Size | null
  /**
   * As the session's; the end of the attachment aborts it.
   * @throws PerchError `bad-request` of a viewer, `stolen`, `kicked`, `stream-closed`
   */
  write(data: string | Uint8Array, options?: { readonly signal?: AbortSignal | undefined }): Promise<number>
  /** As the session's. @throws PerchError as `write` */
  endInput(): Promise<void>
  /** As the session's. @throws PerchError as `write`, `no-terminal` */
  resize(size: Size): void
  /** Ends it: what was on its way still comes, then `closed` as `detached`. Again it does nothing. */
  detach(): void
}
