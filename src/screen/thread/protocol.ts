/** What a thread that keeps a screen and its owner say to one another; in the order in which it is sent. */
import type { ScreenSize, ScreenText } from '../screen-model.js'

export interface ThreadStart {
  readonly size: ScreenSize
  readonly scrollback: number
}

export type ToThread =
  /** The first bytes of a buffer, which comes back. `answers` says whether what a terminal would answer to them is wanted. */
  | { readonly kind: 'feed'; readonly buffer: ArrayBuffer; readonly length: number; readonly answers: boolean }
  | { readonly kind: 'resize'; readonly size: ScreenSize }
  | { readonly kind: 'restore'; readonly scrollback: number }
  | { readonly kind: 'text'; readonly colours: boolean }
  | { readonly kind: 'paint'; readonly view: ScreenSize; readonly isWhole: boolean }
  | { readonly kind: 'above'; readonly lines: number }

export interface Fed {
  readonly kind: 'fed'
  readonly buffer: ArrayBuffer
  /** How many of the bytes so far belong to a sequence or character that goes on. */
  readonly pendingBytes: number
  readonly isUpdating: boolean
  /** What a terminal would have answered. */
  readonly answer: string
}

export interface Restored {
  readonly kind: 'restored'
  readonly size: ScreenSize
  readonly restore: string
}

export interface Described {
  readonly kind: 'described'
  readonly text: ScreenText
}

export interface Drawn {
  readonly kind: 'drawn'
  readonly sequence: string
}

/** One for each message but `resize`, in their order. */
export type FromThread = Fed | Restored | Described | Drawn
