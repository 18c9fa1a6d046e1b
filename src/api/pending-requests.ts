/** Requests that wait for their one reply, each with its bound. It knows no socket: who asks also sends. */
import { PerchError } from '../platform/perch-error.js'
import type { HostReply } from './host-protocol.js'

type Outcome = { readonly result: unknown } | PerchError

export class PendingRequests {
  readonly #settle = new Map<number, (outcome: Outcome) => void>()
  #nextId = 1

  /**
   * Sends a request under a new id and resolves with the result of its reply.
   * @throws PerchError the peer's own error, `timeout`, what `fail` is given, and what `send` throws
   */
  ask(method: string, timeoutMs: number, send: (id: number) => void): Promise<unknown> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      send(id)
      const timer = setTimeout(() => this.#end(id, timedOut(`the reply to ${method}`, timeoutMs)), timeoutMs)
      this.#settle.set(id, (outcome) => {
        clearTimeout(timer)
        if (outcome instanceof PerchError) reject(outcome)
        else resolve(outcome.result)
      })
    })
  }

  /** A reply came. One that nobody waits for any more is ignored. */
  answer({ id, error, result }: HostReply): void {
    this.#end(id, error ? new PerchError(error.code, error.message, { hint: error.hint ?? undefined }) : { result })
  }

  /** No reply will come any more. */
  fail(problem: PerchError): void {
    for (const id of [...this.#settle.keys()]) this.#end(id, problem)
  }

  #end(id: number, outcome: Outcome): void {
    const settle = this.#settle.get(id)
    this.#settle.delete(id)
    settle?.(outcome)
  }
}

/** What a host did not send in time. */
export function timedOut(what: string, timeoutMs: number): PerchError {
  return new PerchError('timeout', `the host did not send ${what} within ${timeoutMs / 1000} s`, {
    hint: 'It is stopped, hangs, or the machine is overloaded; perch kill ends the session in any case.',
  })
}
