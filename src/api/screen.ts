/** What the screen of a session shows, as text. */
import * as v from 'valibot'
import { Size } from './session.js'

export const ScreenParams = v.looseObject({
  /** With the sequences that colour it. */
  colours: v.optional(v.boolean()),
})

export const ScreenText = v.looseObject({
  size: Size,
  /** The rows from the top, without trailing blanks. */
  lines: v.array(v.string()),
  /** Zero-based. */
  cursor: v.looseObject({ column: v.number(), row: v.number(), isVisible: v.boolean() }),
  title: v.nullable(v.string()),
  isAlternate: v.boolean(),
})
export type ScreenText = v.InferOutput<typeof ScreenText>

/** The reply to `screen`. */
export const ScreenReply = v.looseObject({ screen: ScreenText })
export type ScreenReply = v.InferOutput<typeof ScreenReply>
