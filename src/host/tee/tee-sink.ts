/**
 * What a tee writes into. The tee offers one thing at a time, bytes or the mark of missing ones, and offers the next when
 * the sink has taken it: a sink that stalls holds up its own tee and nothing else. A sink owns what it writes to.
 */

export interface TeeSink {
  /** `file`, `command`, `ring`, `channel`, `callback`, `descriptor`: for the status. */
  readonly kind: string
  /** The file's path or the command, for the status. */
  readonly target?: string | undefined
  /**
   * Called once, before anything is written. `onBroken` is to be called when the sink finds out by itself that it is of no
   * more use (a command that exited); what `write` throws need not be told twice.
   */
  begin?(onBroken: (problem: Error) => void): void
  /**
   * Takes bytes of the stream from `offset` on, all or only the first few; says how many as soon as it has. The bytes are
   * the sink's until then, and no longer: copy what must stay.
   * @throws Error the sink is broken; the message becomes the tee's `problem`
   */
  write(offset: number, bytes: Uint8Array): number | Promise<number>
  /** Marks, at this place, that the bytes from `from` to before `to` are missing. @throws Error as `write` does */
  missed(from: number, to: number): void | Promise<void>
  /** Nothing follows. Resolves when everything taken is where it belongs. @throws Error as `write` does */
  finish(): void | Promise<void>
  /**
   * Ends the sink as it is, also while it is stuck: a pending `write` settles with what was taken. Called once, last, after
   * `finish` too. `lost` is what it will never get, to be marked where that takes no waiting. Resolves when nothing is left
   * of it, within a bound of its own. Must not throw.
   */
  close(lost?: LostBytes): void | Promise<void>
}

/** The bytes of a stream from `from` to before `to`. */
export interface LostBytes {
  readonly from: number
  readonly to: number
}

/** How a sink that is no byte stream (ring, channel, callback) hands on what it was given. Offsets are those of the stream. */
export type TeePiece =
  | { readonly type: 'data'; readonly offset: number; readonly bytes: Uint8Array }
  /** The bytes from `from` to before `to` are missing here. */
  | { readonly type: 'missed'; readonly from: number; readonly to: number }
