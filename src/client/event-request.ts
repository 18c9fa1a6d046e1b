/** What is asked of the stream of events. */

export interface EventRequest {
  /** Only events with a higher number. Without it: those from now on, or all that are held when not following. */
  readonly since?: number | undefined
  /** Ends at the last event there is when false; goes on for ever otherwise. */
  readonly follow?: boolean | undefined
  /** Ends the reading, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Called each time that the stream has a daemon, and each time that it has lost one. */
  readonly onConnection?: ((isConnected: boolean) => void) | undefined
  /** Called each time that a person has stopped the daemon while the stream is followed: it goes on when somebody starts it. */
  readonly onDaemonStopped?: (() => void) | undefined
}
