/**
 * What a host says to its clients, by the names under which it is checked. A host of this very version was made from the same
 * schemas and is believed; only for one of another version are they loaded (`check-host.ts`), which takes longer than drawing
 * a screen.
 */
import type { Attached, Closed, Gap, StreamEnd } from './attach-protocol.js'
import type { Accepted, CancelReply, ExitedEvent, HostReply, HostStatus, TailReply } from './host-protocol.js'
import type { ScreenReply } from './screen.js'
import type { Size } from './session.js'
import type { ExitRecord } from './session-record.js'
import type { TeeReply } from './tee-protocol.js'

export interface HostAnswers {
  readonly accepted: Accepted
  readonly attached: Attached
  readonly cancelled: CancelReply
  readonly closed: Closed
  readonly end: StreamEnd
  readonly exit: ExitRecord
  readonly exited: ExitedEvent
  readonly gap: Gap
  readonly reply: HostReply
  readonly screen: ScreenReply
  readonly size: Size
  readonly status: HostStatus
  readonly tail: TailReply
  readonly tee: TeeReply
}

/** Gives the value back as what it is called. Throws the schema's error when it is something else. */
export type CheckAnswer = <N extends keyof HostAnswers>(name: N, value: unknown) => HostAnswers[N]

export const believe: CheckAnswer = (_, value) => value as never
