/**
 * What a host said of its session last, and whether that is still true: a host that can tells once when something changes,
 * and is asked again only then. So a hundred idle sessions are listed without waking one process.
 */
import type { HostStatus } from '../../api/host-protocol.js'
import type { HostLink } from './host-link.js'

/** A list of a hundred sessions waits this long for a host that hangs, and then shows what it said last. */
const STATUS_BOUND_MS = 1_000

export class LastStatus {
  #status: HostStatus | undefined
  #isCurrent = false
  #isLate = false
  /** Counts what the host told, so that an answer which crossed with it on the way is not taken for the present state. */
  #changes = 0

  /** Undefined while the host never answered. */
  get status(): HostStatus | undefined {
    return this.#status
  }

  /** Whether nothing has changed since the host said it. */
  get isCurrent(): boolean {
    return this.#isCurrent
  }

  /** The host has not answered the last question: until it does, nobody waits for the answer to another. */
  get isLate(): boolean {
    return this.#isLate
  }

  /** The host said so when it began; it has not been asked to tell of changes. */
  heard(status: HostStatus): void {
    this.#status = status
  }

  /** The host told of a change, or can tell no more. */
  outdated(): void {
    this.#changes += 1
    this.#isCurrent = false
  }

  /** Asks the host, which `connect` reaches, and waits for its answer for a bounded time. */
  async ask(connect: () => Promise<HostLink | undefined>): Promise<void> {
    if (this.#isLate) return
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#isLate = true
        resolve()
      }, STATUS_BOUND_MS)
    })
    // A host that cannot be reached is the supervisor's to deal with; a list shows what was known.
    const answered = this.#take(connect).catch(() => undefined)
    void answered.then(() => {
      clearTimeout(timer)
      this.#isLate = false
    })
    await Promise.race([answered, late])
  }

  async #take(connect: () => Promise<HostLink | undefined>): Promise<void> {
    const link = await connect()
    const changesBefore = this.#changes
    const status = await link?.status()
    if (!status) return
    this.#status = status
    // A host of an earlier version tells of no change.
    this.#isCurrent = status.watched === true && this.#changes === changesBefore
  }
}
