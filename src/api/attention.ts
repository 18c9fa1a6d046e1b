/** Whether a session needs somebody, as its host knows it from the agent's hooks, its terminal and its silence. */
import * as v from 'valibot'
import { attentionStates } from './attention-states.js'

export const AttentionState = v.picklist(attentionStates)

export const Attention = v.looseObject({
  state: AttentionState,
  /** Since when (ISO 8601). */
  since: v.string(),
  /** What the agent asks for, or why it stopped, in a few words of the agent's; null where it says nothing. */
  reason: v.nullable(v.string()),
  /** When somebody who was attached left it as it is (ISO 8601); absent while nobody has. */
  seen: v.optional(v.string()),
})
export type Attention = v.InferOutput<typeof Attention>
