/**
 * What happens to the program when perch's own output was closed, as in `perch exec -- yes | head -1`: its pipe is closed,
 * and the program gets SIGPIPE at its next write, or an error if it ignores that, as without perch. A host that cannot do
 * that (of an older perch, or on a terminal) is asked for the signal instead, and to end a program that writes on regardless.
 */
import type { StreamName } from '../../api/session.js'
import type { HostConnection } from '../../client/host-connection.js'
import { PerchError } from '../../platform/perch-error.js'

/** A program that handles the signal needs a moment to end; until then its output is dropped. */
const GRACE_MS = 1_000
/** For the end of one that wrote on. */
const TERMINATE_GRACE_MS = 5_000

export class ClosedOutput {
  readonly #connection: Pick<HostConnection, 'signal' | 'request'>
  #signalledMs: number | undefined
  #isTerminated = false

  constructor(connection: Pick<HostConnection, 'signal' | 'request'>) {
    this.#connection = connection
  }

  /** The output that this stream is written to was closed. */
  begin(stream: StreamName): void {
    this.#connection.request('closeOutput', { stream }).catch((error: unknown) => {
      if (error instanceof PerchError && error.code === 'bad-request') this.#signal()
      // A session that ends at this moment has no output to close.
    })
  }

  /** The program wrote to the closed output. */
  written(): void {
    if (this.#isTerminated || this.#signalledMs === undefined || performance.now() - this.#signalledMs < GRACE_MS) return
    this.#isTerminated = true
    this.#connection.request('terminate', { graceMs: TERMINATE_GRACE_MS }).catch(() => {})
  }

  /** The session has ended. */
  stop(): void {
    this.#isTerminated = true
  }

  #signal(): void {
    if (this.#signalledMs !== undefined) return
    this.#signalledMs = performance.now()
    this.#connection.signal('SIGPIPE').catch(() => {})
  }
}
