/**
 * Takes the requests of one connection: checks each, has it answered, and sends exactly one reply with its id. Requests
 * are begun in the order in which they came; a slow answer holds up none of those behind it.
 */
import * as v from 'valibot'
import { HostRequest } from '../../api/host-protocol.js'
import { PerchError } from '../../platform/perch-error.js'
import { wireError } from './wire-error.js'

/** Beyond any client's need; one that asks on without waiting for the answers is not read until some were given. */
const PENDING_LIMIT = 1_000

export interface RequestDeskOptions {
  /** Does what is asked. Runs synchronously as far as it can; may send its reply itself, in place of a result. */
  readonly answer: (request: HostRequest) => Promise<{ readonly result: unknown } | 'replied'>
  readonly sendReply: (reply: object) => void
  /** A request was answered. */
  readonly onAnswered: () => void
  /** A fault of this program, not of the client. */
  readonly report: (problem: unknown) => void
}

export class RequestDesk {
  readonly #options: RequestDeskOptions
  readonly #pending = new Set<Promise<void>>()

  constructor(options: RequestDeskOptions) {
    this.#options = options
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0
  }

  /** So many requests wait for their answers that no more should be read. */
  get isFull(): boolean {
    return this.#pending.size > PENDING_LIMIT
  }

  /**
   * Takes a request as it came. One that is not understood is answered so: it may be of a later version.
   * @throws ValiError when it has not even an id to answer to
   */
  take(value: unknown): void {
    const parsed = v.safeParse(HostRequest, value)
    if (!parsed.success) {
      const { id } = v.parse(v.looseObject({ id: v.number() }), value)
      this.#refuse(id, new PerchError('bad-request', `the request is not understood: ${v.summarize(parsed.issues)}`))
      return
    }
    const reply = this.#reply(parsed.output).finally(() => {
      this.#pending.delete(reply)
      this.#options.onAnswered()
    })
    this.#pending.add(reply)
  }

  /** Resolves when every request taken so far was answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending)
  }

  async #reply(request: HostRequest): Promise<void> {
    try {
      const answer = await this.#options.answer(request)
      if (answer !== 'replied') this.#options.sendReply({ id: request.id, result: answer.result })
    } catch (error) {
      if (!(error instanceof PerchError)) this.#options.report(error)
      this.#refuse(request.id, error)
    }
  }

  #refuse(id: number, error: unknown): void {
    this.#options.sendReply({ id, error: wireError(error) })
  }
}
