/**
 * When the screen is painted: once for all that happens in one turn of the event loop, not while the terminal has yet to take what
 * was painted before, and by itself only when a time that is shown reads otherwise.
 */

import type { DashboardTerminal } from './dashboard-options.js'
import type { DashboardState } from './model/state.js'
import { Painter } from './paint/painter.js'
import { ENTER_SCREEN, LEAVE_SCREEN } from './paint/screen-sequences.js'
import type { PaintText } from './paint/style.js'
import { view } from './view/view.js'

/** An empty screen is not shown for the moments that the first list takes. */
const FIRST_PAINT_MS = 150
/** The longest that a timer of Node can wait; nothing that is shown changes later than in a day. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000

export interface ScreenPaintingOptions {
  readonly terminal: Pick<DashboardTerminal, 'write'>
  readonly paint: PaintText
  readonly home: string | undefined
  readonly state: () => DashboardState
}

export class ScreenPainting {
  readonly #options: ScreenPaintingOptions
  readonly #painter: Painter
  #soon: NodeJS.Immediate | undefined
  #later: NodeJS.Timeout | undefined
  #isBehind = false
  #isAwaited = true
  #isOver = false

  /** Enters the screen of the dashboard. */
  constructor(options: ScreenPaintingOptions) {
    this.#options = options
    this.#painter = new Painter(options.paint)
    this.#write(ENTER_SCREEN)
    this.#later = setTimeout(() => {
      this.#isAwaited = false
      this.#paintNow()
    }, FIRST_PAINT_MS)
  }

  /** Something may look otherwise. */
  wake(): void {
    if (this.#isOver) return
    if (this.#options.state().sessions !== undefined) this.#isAwaited = false
    this.#soon ??= setImmediate(() => this.#paintNow())
  }

  /** Whatever is on the screen, it is painted anew. */
  redraw(): void {
    this.#painter.forget()
    this.wake()
  }

  /** Between two frames: what is painted is never cut by it. */
  ring(): void {
    if (!this.#isOver) this.#write('\x07')
  }

  /** Nothing is painted any more. Gives what leaves the screen. */
  end(): string {
    this.#isOver = true
    clearImmediate(this.#soon)
    clearTimeout(this.#later)
    return LEAVE_SCREEN
  }

  #paintNow(): void {
    this.#soon = undefined
    if (this.#isOver || this.#isAwaited || this.#isBehind) return
    clearTimeout(this.#later)
    const { state, home } = this.#options
    const nowMs = Date.now()
    const { frame, nextChangeMs } = view(state(), { nowMs, home })
    this.#write(this.#painter.update(frame))
    const waitMs = Math.min(nextChangeMs - nowMs, LONGEST_WAIT_MS)
    if (Number.isFinite(nextChangeMs)) this.#later = setTimeout(() => this.#paintNow(), waitMs)
  }

  #write(sequence: string): void {
    if (sequence === '') return
    const taken = this.#options.terminal.write(Buffer.from(sequence))
    if (taken === undefined) return
    this.#isBehind = true
    void taken.then(() => {
      this.#isBehind = false
      this.wake()
    })
  }
}
