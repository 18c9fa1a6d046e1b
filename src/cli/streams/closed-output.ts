/**
 * What happens to the program when perch's own output was closed, as in `perch exec -- yes | head -1`. Without perch the
 * program would get SIGPIPE at its next write, or an error if it ignores that. The program's pipe is the session's and
 * stays open, so SIGPIPE is sent instead; one that ignores it and writes on regardless is ended.
 */
import type { HostConnection } from '../../client/host-connection.js'

/** A program that handles the signal needs a moment to end; until then its output is dropped. */
const GRACE_MS = 1_000
/** For the end of one that wrote on. */
const TERMINATE_GRACE_MS = 5_000

export class ClosedOutput {
  readonly #connection: Pick<HostConnection, 'signal' | 'request'>
  #sinceMs: number | undefined
  #isTerminated = false

  constructor(connection: Pick<HostConnection, 'signal' | 'request'>) {
    this.#connection = connection
  }

  /** The output was closed. */
  begin(): void {
    if (this.#sinceMs !== undefined) return
    this.#sinceMs = performance.now()
    // A session that ends at this moment needs no signal.
    this.#connection.signal('SIGPIPE').catch(() => {})
  }

  /** The program wrote to the closed output. */
  written(): void {
    if (this.#isTerminated || this.#sinceMs === undefined || performance.now() - this.#sinceMs < GRACE_MS) return
    this.#isTerminated = true
    this.#connection.request('terminate', { graceMs: TERMINATE_GRACE_MS }).catch(() => {})
  }

  /** The session has ended. */
  stop(): void {
    this.#isTerminated = true
  }
}
