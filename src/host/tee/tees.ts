/**
 * The tees of one session: added and removed while it runs, flushed before the session counts as ended. It owns every sink
 * from `add` on, and gives each up within a bound whatever it does.
 */
import type { StreamName, Tee } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'
import type { OwnedProcess } from '../../platform/process/owned-process.js'
import type { HoldBack } from '../attach/hold-back.js'
import type { SessionLog } from '../log/session-log.js'
import type { SessionEvents } from '../session-events.js'
import { chooseFeed } from './choose-feed.js'
import { InputLog } from './input-log.js'
import { LiveTee } from './live-tee.js'
import { planTee, type TeeOptions, type TeePlan } from './tee-plan.js'
import type { TeeSink } from './tee-sink.js'

/** Each may take 320 KiB: all of them together cost less than the log on the disk. */
const TEES_LIMIT = 64
/** For whoever waits for the answer to `removeTee`. */
const REMOVE_FLUSH_MS = 2_000
/** For all together at the session's end, which waits for them: enough for a command to end its work, or a disk to wake up. */
const END_FLUSH_MS = 5_000

export interface TeesOptions {
  readonly process: Pick<OwnedProcess, 'kind' | 'streams' | 'followInput'>
  readonly log: Pick<SessionLog, 'stream'>
  readonly holdBack: Pick<HoldBack, 'add' | 'remove' | 'review'>
  readonly events: Pick<SessionEvents, 'emit'>
  /** Something that `list` says is different now. Hot. */
  readonly onChange: () => void
}

interface ListedTee {
  readonly tee: LiveTee
  /** Lets the child go on, whose output was held back for it. */
  readonly release: () => void
}

export class Tees {
  readonly #options: TeesOptions
  readonly #input = new InputLog()
  readonly #listed = new Map<string, ListedTee>()
  #made = 0
  #isOver = false

  constructor(options: TeesOptions) {
    this.#options = options
    options.process.followInput(this.#input)
  }

  list(): readonly Tee[] {
    return [...this.#listed.values()].map(({ tee }) => tee.status())
  }

  /**
   * Follows a stream into the sink, which belongs to the tee from now on, and is closed when that is refused.
   * @throws PerchError `bad-request`, `stream-unavailable`, `session-ended`, `too-many-tees`
   */
  add(options: TeeOptions, sink: TeeSink): Tee {
    const plan = this.#accept(options, sink)
    const { stream, policy } = plan
    const { holdBack, events, log, onChange } = this.#options
    const { source, feed } = chooseFeed(plan, { log, input: this.#input })
    this.#made += 1
    const id = `t${this.#made}`
    const tee: LiveTee = new LiveTee({
      id,
      stream,
      policy,
      source,
      feed,
      sink,
      onProgress: () => {
        holdBack.review()
        onChange()
      },
      onMissed: (missed) => events.emit('tee-missed', { tee: id, missed }),
      onFailed: (problem) => events.emit('tee-failed', { tee: id, problem }),
    })
    const reader = { lagBytes: (name: StreamName) => (name === stream ? tee.lagBytes : 0) }
    if (policy === 'block') holdBack.add(reader)
    this.#listed.set(id, { tee, release: () => holdBack.remove(reader) })
    tee.begin()
    onChange()
    return tee.status()
  }

  /**
   * What `add` would make of these options; for whoever opens the sink after asking.
   * @throws PerchError as `add` does
   */
  requireRoom(options: TeeOptions): TeePlan {
    if (this.#isOver) throw new PerchError('session-ended', 'the session has ended: there is nothing left to follow')
    const plan = planTee(options, this.#options.process)
    if (this.#listed.size < TEES_LIMIT) return plan
    throw new PerchError('too-many-tees', `the session has ${TEES_LIMIT} tees already`, { hint: 'Remove one: perch tee rm.' })
  }

  /**
   * Flushes what came up to now, within a bound, ends the sink and says how the tee was at its end.
   * @throws PerchError `tee-not-found`
   */
  async remove(id: string): Promise<Tee> {
    const listed = this.#listed.get(id)
    if (!listed) {
      throw new PerchError('tee-not-found', `this session has no tee ${id}`, {
        hint: 'perch tee ls lists the tees of a session.',
      })
    }
    await this.#end(listed, REMOVE_FLUSH_MS)
    this.#listed.delete(id)
    this.#options.onChange()
    return listed.tee.status()
  }

  /** The last byte is in the log: every sink gets it, within a bound, and is ended. No tee is added any more. */
  async finish(): Promise<void> {
    this.#isOver = true
    await Promise.all([...this.#listed.values()].map((listed) => this.#end(listed, END_FLUSH_MS)))
  }

  async #end({ tee, release }: ListedTee, boundMs: number): Promise<void> {
    await tee.end(boundMs)
    release()
  }

  #accept(options: TeeOptions, sink: TeeSink): TeePlan {
    try {
      return this.requireRoom(options)
    } catch (error) {
      void sink.close()
      throw error
    }
  }
}
