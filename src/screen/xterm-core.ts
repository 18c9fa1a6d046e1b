/**
 * What the terminal library keeps and its public interface does not show. Looked at in this one place, and changed in one point, for the exact version
 * that the package pins: the tests compare a restored terminal with an uninterrupted one, and would tell of a change.
 */
import type { Terminal } from '@xterm/headless'

/** Colours and flags of a cell, or of what is written next, as the library packs them (its `buffer/Constants.ts`). */
export interface Attributes {
  readonly fg: number
  readonly bg: number
  readonly extended: { readonly underlineStyle: number; readonly underlineColor: number; readonly urlId: number }
}

/** A character set that is not ASCII: its characters by those that stand for them. */
type Charset = Readonly<Record<string, string>> | undefined

export interface CoreBuffer {
  /** As many as there are columns: behind the last one, where the next character wraps. */
  x: number
  readonly y: number
  readonly ybase: number
  readonly scrollTop: number
  readonly scrollBottom: number
  readonly savedX: number
  /** Counted from the first line that is held, as `ybase` is. */
  readonly savedY: number
  readonly savedCurAttrData: Attributes
  readonly savedCharset: Charset
  readonly tabs: Readonly<Record<number, boolean | undefined>>
}

export interface XtermCore {
  readonly buffers: { readonly normal: CoreBuffer; readonly alt: CoreBuffer; readonly active: CoreBuffer }
  readonly coreService: {
    readonly isCursorHidden: boolean
    readonly modes: { readonly insertMode: boolean }
    readonly decPrivateModes: {
      readonly applicationCursorKeys: boolean
      readonly applicationKeypad: boolean
      readonly bracketedPasteMode: boolean
      readonly origin: boolean
      readonly reverseWraparound: boolean
      readonly sendFocus: boolean
      readonly synchronizedOutput: boolean
      readonly wraparound: boolean
    }
  }
  readonly coreMouseService: { readonly activeProtocol: 'NONE' | 'X10' | 'VT200' | 'DRAG' | 'ANY' }
  readonly _charsetService: { readonly charset: Charset; readonly glevel: number; readonly _charsets: readonly Charset[] }
  readonly _oscLinkService: { getLinkData(id: number): { readonly id?: string; readonly uri: string } | undefined }
  readonly _inputHandler: {
    readonly _curAttrData: Attributes
    /** At once, without the queue that a terminal has for large outputs. */
    parse(text: string): unknown
    /** `currentState` is 0 outside of sequences; `precedingJoinState` is 0 unless a character was the last thing written. */
    readonly _parser: { readonly currentState: number; readonly precedingJoinState: number }
  }
}

export function coreOf(terminal: Terminal): XtermCore {
  return (terminal as unknown as { readonly _core: XtermCore })._core
}

/**
 * What is written in the last column while lines do not wrap leaves the cursor on it (xterm, VTE, tmux), and the library behind
 * it: once lines wrap again, what follows would be on the next one. Curses fills the lower right corner in this way.
 */
export function standOnLastColumn(terminal: Terminal): void {
  const { buffers, coreService } = coreOf(terminal)
  if (!coreService.decPrivateModes.wraparound) buffers.active.x = Math.min(buffers.active.x, terminal.cols - 1)
}
