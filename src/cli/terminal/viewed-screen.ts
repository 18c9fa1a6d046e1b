/**
 * A session as somebody sees it who only looks: on a terminal of the session's size its output as it comes, on any other a
 * picture of its screen, cut off or with room around it. Which of the two changes with the sizes.
 */
import type { Attached } from '../../api/attach-protocol.js'
import type { Size } from '../../api/session.js'
import type { AttachmentEvent } from '../../client/attachment-events.js'
import { readScreenProgram } from '../../screen/thread/screen-program.js'
import { ScreenThread } from '../../screen/thread/screen-thread.js'
import { HINT_MS, hintSequence } from './leave-hint.js'
import { type LeaveState, restoreSequence } from './restore-sequence.js'
import { ShownScreen, type ShownScreenOptions, type ShownSession } from './shown-screen.js'

/** As often as films change: a person sees no more, and a flood costs no more. */
const PAINT_MS = 40
/** A picture is all on the alternate screen, and switches nothing on. */
const PICTURE_STATE = {
  isAlternate: true,
  isInMidLine: false,
  modes: [],
  changedColours: [],
  haveTabsChanged: false,
} as const

export class ViewedScreen implements ShownSession {
  readonly #options: ShownScreenOptions
  readonly #direct: ShownScreen
  #size: Size | undefined
  #picture: ScreenThread | undefined
  #paint: NodeJS.Timeout | undefined
  #isWhole = true
  #isPainting = false
  #hintUntilMs = 0
  #isOver = false

  constructor(options: ShownScreenOptions) {
    this.#options = options
    this.#direct = new ShownScreen(options)
    this.#size = options.attached.size ?? undefined
  }

  get mayTerminalSpeak(): boolean {
    return this.#direct.mayTerminalSpeak
  }

  begin(): void {
    this.#direct.begin()
    this.#choose()
  }

  output(event: Extract<AttachmentEvent, { type: 'data' }>): Promise<void> | undefined {
    return this.#picture ? this.#feed(this.#picture, event.bytes) : this.#direct.output(event)
  }

  drawn(event: Extract<AttachmentEvent, { type: 'screen' }>): Promise<void> | undefined {
    if (!this.#picture) return this.#direct.drawn(event)
    // It draws on a terminal that was just started.
    const bytes = event.isMore ? event.bytes : Buffer.concat([Buffer.from('\x1bc'), event.bytes])
    return this.#feed(this.#picture, bytes)
  }

  resumed(attached: Attached): void {
    this.#direct.resumed(attached)
  }

  missed(): void {
    this.#direct.missed()
  }

  resized(size: Size): void {
    this.#size = size
    this.#picture?.resize(size)
    this.#choose()
  }

  terminalResized(): void {
    this.#isWhole = true
    this.#choose()
    this.#paintSoon()
  }

  endHint(): void {
    this.#direct.endHint()
  }

  end(): void {
    this.#isOver = true
    this.#direct.end()
    clearTimeout(this.#paint)
    this.#picture?.close()
  }

  leaveState(ended: boolean): LeaveState {
    return this.#picture ? { ...PICTURE_STATE, ended } : this.#direct.leaveState(ended)
  }

  /** The output goes on after a screen drawn anew, whenever it is shown otherwise from here on. */
  #choose(): void {
    const outer = this.#options.terminal.size()
    const size = this.#size
    if (!outer || !size || this.#isOver) return
    const isSame = outer.cols === size.cols && outer.rows === size.rows
    if (isSame && this.#picture) this.#endPicture(this.#picture)
    else if (!isSame && !this.#picture) this.#startPicture(size)
    else return
    this.#options.redraw().catch(() => undefined)
  }

  #startPicture(size: Size): void {
    this.#direct.end()
    const before = restoreSequence(this.#direct.leaveState(false))
    void this.#options.terminal.write(Buffer.from(`${before}\x1b[?1049h`))
    this.#isWhole = true
    this.#hintUntilMs = performance.now() + HINT_MS
    this.#picture = new ScreenThread(readScreenProgram(), { size, scrollback: 0 }, () => undefined)
  }

  #endPicture(picture: ScreenThread): void {
    this.#picture = undefined
    clearTimeout(this.#paint)
    this.#paint = undefined
    picture.close()
    void this.#options.terminal.write(Buffer.from(restoreSequence({ ...PICTURE_STATE, ended: false })))
  }

  async #feed(picture: ScreenThread, bytes: Uint8Array): Promise<void> {
    const copy = new Uint8Array(bytes)
    // One that was closed meanwhile shows nothing any more.
    await picture.feed(copy.buffer, copy.byteLength, false).catch(() => undefined)
    this.#paintSoon()
  }

  #paintSoon(): void {
    if (this.#picture && !this.#isOver) this.#paint ??= setTimeout(() => void this.#paintNow(), PAINT_MS)
  }

  async #paintNow(): Promise<void> {
    this.#paint = undefined
    const [picture, view] = [this.#picture, this.#options.terminal.size()]
    if (!picture || !view || this.#isPainting) return
    this.#isPainting = true
    try {
      const isHinted = performance.now() < this.#hintUntilMs
      const sequence = await picture.paint(view, this.#isWhole)
      // What the hint covers is painted anew once it is over.
      this.#isWhole = isHinted
      if (picture !== this.#picture || this.#isOver) return
      await this.#options.terminal.write(
        Buffer.from(sequence + (isHinted ? hintSequence(this.#options.greeting.hints, view) : '')),
      )
      if (isHinted) this.#paint ??= setTimeout(() => void this.#paintNow(), HINT_MS)
    } catch {
      // The picture was closed meanwhile.
    } finally {
      this.#isPainting = false
    }
  }
}
