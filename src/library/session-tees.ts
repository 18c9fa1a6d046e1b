/**
 * The face of a session's tees: sinks that follow one of its streams, beside every other reader. A tee that stalls, fails
 * or is full harms nothing but itself; what it missed is counted, and marked in the sink at its place.
 */
import type { AttachFrom } from '../api/attach-protocol.js'
import type { StreamName, Tee, TeePolicy } from '../api/session.js'
import type { TeePiece } from '../host/tee/tee-sink.js'

export interface SessionTees {
  /**
   * Adds a tee, which then follows the stream to its end; the session does not count as ended before it has had everything,
   * or a bound has passed.
   * @throws PerchError `bad-request`, `stream-unavailable`, `session-ended`, `too-many-tees`, `tee-failed`, `not-writable`,
   *   `disk-full`, `folder-not-found`, `spawn-failed`
   */
  add(sink: RingOptions, options?: TeeOptions): Promise<RingTee>
  add(sink: ChannelOptions, options?: TeeOptions): Promise<ChannelTee>
  add(sink: TeeSinkOptions, options?: TeeOptions): Promise<SessionTee>
  list(): readonly Tee[]
  /**
   * Hands over what came up to now, within a bound, ends the sink, and says how the tee was at its end.
   * @throws PerchError `tee-not-found`
   */
  remove(id: string): Promise<Tee>
}

export interface TeeOptions {
  /** The session's `pty` or `stdout` when absent; `stdin` is what the program's side took of the input. */
  readonly stream?: StreamName | undefined
  /** What becomes of bytes that the sink does not take in time; `drop-oldest` when absent. `block` is for pipes only. */
  readonly policy?: TeePolicy | undefined
  /** Where to begin; with what comes from now on when absent. Nothing else on `stdin`, which has no log. */
  readonly from?: AttachFrom | undefined
}

/** The last bytes in memory, to be read at any time and any number of times. */
export interface RingOptions {
  readonly kind: 'ring'
  readonly capacityBytes: number
}

/** A bounded queue, to be taken from by iterating the tee. */
export interface ChannelOptions {
  readonly kind: 'channel'
  readonly capacityBytes: number
}

export type TeeSinkOptions =
  | RingOptions
  | ChannelOptions
  /** A function; it gets the next piece when the promise that it returned has settled. A throw ends the tee. */
  | { readonly kind: 'callback'; readonly callback: (piece: TeePiece) => unknown }
  /** An open descriptor, which stays the caller's to close. */
  | { readonly kind: 'descriptor'; readonly fd: number }
  /** A file, made 0600 where there is none, emptied unless appended to; set aside as `<path>.1` when it reaches a size. */
  | {
      readonly kind: 'file'
      readonly path: string
      readonly append?: boolean | undefined
      readonly rotateBytes?: number | undefined
      /** How many old ones stay. */
      readonly keep?: number | undefined
    }
  /** The standard input of a command, run by `/bin/sh`. */
  | {
      readonly kind: 'command'
      readonly command: string
      /** This process's own when absent. */
      readonly cwd?: string | undefined
      readonly env?: Readonly<Record<string, string | undefined>> | undefined
    }

export interface SessionTee extends AsyncDisposable {
  readonly id: string
  /** As it is, or was when it was removed. */
  status(): Tee
  /** As `SessionTees.remove`; doing it again changes nothing. */
  remove(): Promise<Tee>
}

export interface RingTee extends SessionTee {
  /** What it holds, oldest first, as copies. Nothing is taken out. */
  read(): readonly TeePiece[]
}

/** Iterate it once; leaving the loop ends the tee. What is in it can still be taken after the session's end. */
export interface ChannelTee extends SessionTee, AsyncIterable<TeePiece> {}
