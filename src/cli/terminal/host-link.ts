/**
 * The connection to a session's host for as long as the session is shown: when it drops and the host still lives, there is
 * another one, and the output goes on at the very byte. What was typed at that moment may be lost; nothing is typed twice.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AttachParams } from '../../api/attach-protocol.js'
import type { Size } from '../../api/session.js'
import type { HostAttachment } from '../../client/attachment-output.js'
import { attachUnlessGone, type HostConnection } from '../../client/host-connection.js'
import { PerchError } from '../../platform/perch-error.js'

/** The host hears of the end of the old connection in its own time, and until then its attachment is there. */
const ATTEMPTS = 40
const ATTEMPT_MS = 25

export class HostLink {
  readonly #connect: () => Promise<HostConnection | undefined>
  #connection: HostConnection
  #isClosed = false

  /** `connect` gives another connection; undefined when there is no host any more. */
  constructor(connection: HostConnection, connect: () => Promise<HostConnection | undefined>) {
    this.#connection = connection
    this.#connect = connect
  }

  get input(): HostConnection['input'] {
    return this.#connection.input
  }

  resize(size: Size): Promise<void> {
    return this.#connection.resize(size)
  }

  redraw(): Promise<void> {
    return this.#connection.redraw()
  }

  /** Undefined when the session ended meanwhile. */
  attach(params: AttachParams): Promise<HostAttachment | undefined> {
    return attachUnlessGone(this.#connection, params)
  }

  /** The connection has dropped: the same attachment once more, from `offset` on. Undefined when there is none to be had. */
  async attachAgain(params: AttachParams, offset: number): Promise<HostAttachment | undefined> {
    const next = this.#isClosed ? undefined : await this.#connect()
    if (next === undefined) return undefined
    this.#connection.close()
    this.#connection = next
    if (this.#isClosed) next.close()
    const again = { ...params, steal: false, from: { at: 'offset', offset } } as const
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attach(again)
      } catch (error) {
        const isTaken = error instanceof PerchError && error.code === 'already-attached'
        if (!isTaken || attempt === ATTEMPTS) throw error
        await sleep(ATTEMPT_MS)
      }
    }
  }

  close(): void {
    this.#isClosed = true
    this.#connection.close()
  }
}
