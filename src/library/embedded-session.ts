/** The face of a session that the calling program owns. */
import type { AttachFrom } from '../api/attach-protocol.js'
import type { HostStatus } from '../api/host-protocol.js'
import type { Size, StreamName } from '../api/session.js'
import type { ExitRecord } from '../api/session-record.js'
import type { AttachmentEvent } from '../client/attachment-events.js'
import type { AttachOptions, SessionAttachment } from './session-attachment.js'
import type { SessionTees } from './session-tees.js'

export interface EmbeddedSession extends AsyncDisposable {
  /** Random; `PERCH_SESSION` in the environment of every process of the session. */
  readonly id: string
  /** Of the program itself, the leader of the session's process group. */
  readonly pid: number
  readonly kind: 'pty' | 'pipe'
  /** The output streams: `pty`, or `stdout` and `stderr`. */
  readonly streams: readonly StreamName[]
  /** Settles when every byte is in the log, every tee is flushed and the outcome is known. Never rejects. */
  readonly ended: Promise<ExitRecord>
  readonly tees: SessionTees
  /** What changes while the session runs: state, offsets, attachments, tees, exit. */
  status(): HostStatus
  /**
   * Follows the output. Nothing is missed between the call and the first event; also an ended session is told to its end.
   * @throws PerchError `bad-request`, `already-attached`, `stream-unavailable`, `session-ended` once closed
   */
  attach(options?: AttachOptions): SessionAttachment
  /**
   * Reads one stream's log, without being an attachment: up to what there is now, or with `follow` to the end.
   * @throws PerchError `bad-request`, `stream-unavailable`, `session-ended` once closed; the signal's reason when aborted
   */
  readLog(stream: StreamName, options?: ReadLogOptions): AsyncGenerator<StreamEvent, void, void>
  /**
   * Writes to stdin or the terminal, in the order of the calls. Resolves with the bytes that the program's side took: all,
   * or fewer after an abort. Waits for a program that does not read, so abort it or end the session. The bytes must not
   * change meanwhile.
   * @throws PerchError `stream-closed` when nothing will ever read them
   */
  write(data: string | Uint8Array, options?: { readonly signal?: AbortSignal | undefined }): Promise<number>
  /** Closes stdin after what was written before (pipes), or types the EOF character (PTY). @throws PerchError `stream-closed` */
  endInput(): Promise<void>
  /** @throws PerchError `no-terminal` on pipes, `bad-request` */
  resize(size: Size): void
  /** Sends one signal (`SIGINT` or `INT`), as a keyboard does. @throws PerchError `bad-signal`, `session-ended` */
  signal(name: string): void
  /**
   * Ends every process of the session: soft signals, a grace, SIGKILL to whatever is left. Again with a shorter grace it
   * shortens that. Aborting ends the wait, not the ending.
   * @throws PerchError `still-running` naming what not even SIGKILL ended; the signal's reason when aborted
   */
  terminate(options?: {
    /** 5,000 when absent. */
    readonly graceMs?: number | undefined
    readonly signal?: AbortSignal | undefined
  }): Promise<ExitRecord>
  /**
   * Ends the session and gives back all that it holds, its temporary folder included; nothing of it keeps this process
   * alive then. Attachments still get what memory holds, and the exit. Closing again changes nothing.
   * @throws PerchError `still-running`
   */
  close(): Promise<ExitRecord>
}

export interface ReadLogOptions {
  /** At the oldest byte held when absent. */
  readonly from?: AttachFrom | undefined
  /** Goes on until the stream ends. */
  readonly follow?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a stream's log holds, in order. `end` comes only of a stream that has ended. */
export type StreamEvent = Extract<AttachmentEvent, { readonly type: 'data' | 'gap' | 'end' }>
