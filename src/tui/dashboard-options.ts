/** What the dashboard is given by whoever opens it: the terminal, the daemon, and what only the command line can do. */
import type { Session, Size } from '../api/session.js'
import type { PerchClient } from '../client/perch-client.js'
import type { PerchPaths } from '../platform/paths.js'
import type { AttachHow } from './model/message.js'
import type { PaintText } from './paint/style.js'
import type { AskUsage } from './sources/usage-feed.js'

/** The person's terminal, from being opened to being given back. */
export interface DashboardTerminal {
  size(): Size | undefined
  /** Every key is read at once, and none is a signal. @throws PerchError `no-terminal` */
  takeKeys(): void
  onInput(take: (bytes: Buffer) => void): void
  onResize(changed: () => void): void
  onGone(gone: () => void): void
  /** Writes. When it has taken too little yet, a promise that resolves when it has taken enough. */
  write(bytes: Uint8Array): Promise<void> | undefined
  /** Writes `last`, and gives the terminal back. */
  close(last: string): Promise<void>
}

export interface DashboardOptions {
  /** Starts the daemon when there is none: for what a person asks for. */
  readonly client: PerchClient
  /** Starts none, so that one that somebody has stopped stays stopped: for what is asked by itself. */
  readonly watcher: PerchClient
  readonly paths: PerchPaths
  readonly home: string | undefined
  readonly paint: PaintText
  readonly openTerminal: () => DashboardTerminal
  /** Whether the terminal's bell tells that a session has begun to need somebody. */
  readonly rings: boolean
  readonly askUsage: AskUsage
  /**
   * Shows a session on the terminal, which is free then, until somebody leaves it or it ends. Resolves with what is to be said.
   * @throws PerchError `already-attached`, and whatever else the attaching came to
   */
  readonly attach: (session: Session, how: AttachHow) => Promise<string | undefined>
  /** Starts the profile's agent in the current folder, in the background. What there is to be said of it comes along. */
  readonly start: (profile: string, size: Size) => Promise<{ readonly session: Session; readonly notices: readonly string[] }>
}
