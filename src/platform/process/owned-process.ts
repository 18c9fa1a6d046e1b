/**
 * A child that perch owns, whatever it is connected by: the one interface of `pty-process.ts` and `pipe-process.ts`.
 * It owns descriptors and the child's collection; it knows nothing of logs, clients or signals sent.
 */

/** The wait status of a process: exactly one of the two is set. */
export interface WaitStatus {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export type OutputStream = 'pty' | 'stdout' | 'stderr'

export interface OutputSink {
  /** Bytes as the child wrote them. The buffer is reused when this returns: copy what must stay. */
  data(stream: OutputStream, bytes: Uint8Array): void
  /** After the last byte of the stream. */
  end(stream: OutputStream): void
}

/** Follows what the child's side takes of the input. */
export interface InputFollower {
  /** Bytes that were taken, in order. The buffer is somebody else's: copy what must stay. */
  taken(bytes: Uint8Array): void
  /** No input will be taken any more. Once, last. */
  ended(): void
}

export interface TerminalSize {
  readonly cols: number
  readonly rows: number
}

export interface SpawnOptions {
  /** Absolute path of the executable. */
  readonly program: string
  /** What the child sees, `argv[0]` included. */
  readonly argv: readonly [string, ...string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly umask?: number | undefined
  /** Soft limit of open files (RLIMIT_NOFILE). */
  readonly openFilesLimit?: number | undefined
  readonly nice?: number | undefined
}

export interface OwnedProcess {
  readonly pid: number
  readonly kind: 'pty' | 'pipe'
  /** The output streams, in the order in which they are shown. */
  readonly streams: readonly OutputStream[]
  /** Begins to read; called once, before which nothing is lost. */
  start(sink: OutputSink): void
  /** Settles as soon as the leader was collected, maybe before its last bytes were read. */
  readonly exited: Promise<WaitStatus>
  /**
   * Resolves when every stream has ended, or when `boundMs` after the call passed (descendants may hold the pipes open);
   * then the streams are ended as they are. Call after `exited`.
   */
  drain(boundMs: number): Promise<void>
  /**
   * Writes input in order; resolves with the bytes that the child's side took. Only an abort leaves a part out.
   * @throws PerchError `stream-closed` when nobody will ever read it
   */
  write(bytes: Uint8Array, signal?: AbortSignal): Promise<number>
  /** Writes what the child's side takes at once, behind no other input; returns how many bytes. The rest is for `write`. Hot. */
  writeAtOnce(bytes: Uint8Array): number
  /** Tells one follower of all input that is taken from now on. */
  followInput(follower: InputFollower): void
  /** Closes stdin after the writes before it (pipe), or types the EOF character (PTY). */
  endInput(): Promise<void>
  /** Stops and resumes reading of a pipe, which holds back the child. Does nothing on a PTY: that would lose output. */
  pause(stream: OutputStream): void
  resume(stream: OutputStream): void
  /**
   * Ends a stream here and now: what its pipe holds at this moment is read, then nobody reads it any more, and whoever
   * writes to it gets SIGPIPE. Doing so again does nothing.
   * @throws PerchError `bad-request` on a PTY, whose output nobody can close
   */
  closeOutput(stream: OutputStream): void
  /** PTY only; does nothing on pipes. */
  resize(size: TerminalSize): void
  /** The foreground process group of the terminal, where there is one. */
  foregroundGroup(): number | undefined
  /** Releases every descriptor. The child, if it still lives, sees a hang-up. */
  close(): void
}
