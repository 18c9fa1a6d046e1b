/** What a recording is made from, in its order: output with the time at which it came, sizes, and what is missing. */
import type { Size, StreamName } from '../../api/session.js'

export type TimedPiece =
  | {
      readonly kind: 'output'
      readonly stream: StreamName
      readonly bytes: Uint8Array
      /** Undefined where no time is known at all. */
      readonly unixMs: number | undefined
      /** Whether it came at this time; otherwise the log only got it then. */
      readonly isTimed: boolean
    }
  /** The terminal has this size from here on. */
  | { readonly kind: 'size'; readonly size: Size; readonly unixMs: number }
  /** Bytes of the stream that are not held any more. */
  | { readonly kind: 'gap'; readonly stream: StreamName; readonly from: number; readonly to: number }
