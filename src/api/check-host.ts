/** What a host of another version says, against the schemas of this one. */
import * as v from 'valibot'
import { Attached, Closed, Gap, StreamEnd } from './attach-protocol.js'
import type { CheckAnswer, HostAnswers } from './host-answers.js'
import { Accepted, CancelReply, ExitedEvent, HostReply, HostStatus, TailReply } from './host-protocol.js'
import { ScreenReply } from './screen.js'
import { Size } from './session.js'
import { ExitRecord } from './session-record.js'
import { TeeReply } from './tee-protocol.js'

const schemas: { readonly [N in keyof HostAnswers]: v.GenericSchema<unknown, HostAnswers[N]> } = {
  accepted: Accepted,
  attached: Attached,
  cancelled: CancelReply,
  closed: Closed,
  end: StreamEnd,
  exit: ExitRecord,
  exited: ExitedEvent,
  gap: Gap,
  reply: HostReply,
  screen: ScreenReply,
  size: Size,
  status: HostStatus,
  tail: TailReply,
  tee: TeeReply,
}

export const checkAnswer: CheckAnswer = <N extends keyof HostAnswers>(name: N, value: unknown) => {
  const schema: v.GenericSchema<unknown, HostAnswers[N]> = schemas[name]
  return v.parse(schema, value)
}
