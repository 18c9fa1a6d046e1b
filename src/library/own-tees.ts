/** The tees of a session that this program owns: options checked, sinks opened, and each tee handed out with its own face. */
import * as v from 'valibot'
import { AttachFrom } from '../api/attach-protocol.js'
import { StreamName, type Tee, TeePolicy } from '../api/session.js'
import type { OwnedSession } from '../host/session.js'
import { ChannelSink } from '../host/tee/sinks/channel-sink.js'
import { RingSink } from '../host/tee/sinks/ring-sink.js'
import { checkOptions } from './check-options.js'
import { checkSinkOptions, openTeeSink } from './open-tee-sink.js'
import type {
  ChannelOptions,
  ChannelTee,
  RingOptions,
  RingTee,
  SessionTee,
  SessionTees,
  TeeOptions,
  TeeSinkOptions,
} from './session-tees.js'

const TeeOptionsSchema = v.optional(
  v.strictObject({
    stream: v.optional(StreamName),
    policy: v.optional(TeePolicy),
    from: v.optional(AttachFrom),
  }),
  {},
)

export class OwnTees implements SessionTees {
  readonly #session: OwnedSession

  constructor(session: OwnedSession) {
    this.#session = session
  }

  add(sink: RingOptions, options?: TeeOptions): Promise<RingTee>
  add(sink: ChannelOptions, options?: TeeOptions): Promise<ChannelTee>
  add(sink: TeeSinkOptions, options?: TeeOptions): Promise<SessionTee>
  async add(sink: TeeSinkOptions, options?: TeeOptions): Promise<SessionTee | RingTee | ChannelTee> {
    const checked = checkOptions('tees.add', TeeOptionsSchema, options)
    const sinkOptions = checkSinkOptions(sink)
    const { tees } = this.#session
    // Before anything is opened: a refused tee must not empty a file or start a command.
    tees.requireRoom(checked)
    const opened = await openTeeSink(sinkOptions)
    const tee = this.#faceOf(tees.add(checked, opened))
    if (opened instanceof RingSink) return { ...tee, read: () => opened.read() } satisfies RingTee
    if (opened instanceof ChannelSink) return { ...tee, [Symbol.asyncIterator]: () => opened } satisfies ChannelTee
    return tee
  }

  list(): readonly Tee[] {
    return this.#session.tees.list()
  }

  async remove(id: string): Promise<Tee> {
    return await this.#session.tees.remove(checkOptions('tees.remove', v.string(), id))
  }

  #faceOf(added: Tee): SessionTee {
    let last = added
    let removing: Promise<Tee> | undefined
    const status = () => {
      // One that was removed by its id is listed no more.
      last = this.list().find(({ id }) => id === added.id) ?? last
      return last
    }
    const remove = () => {
      removing ??= this.#removeOnce(added.id, status).then((tee) => {
        last = tee
        return tee
      })
      return removing
    }
    return {
      id: added.id,
      status,
      remove,
      [Symbol.asyncDispose]: async () => {
        await remove()
      },
    }
  }

  /** Somebody else may have removed it by its id. */
  async #removeOnce(id: string, status: () => Tee): Promise<Tee> {
    const isListed = this.list().some((tee) => tee.id === id)
    return isListed ? await this.remove(id) : status()
  }
}
