/**
 * What a person sees of a session: its output as it comes, screens drawn in between, and for the first moments how to leave.
 * Knows what all of that has left the terminal in.
 */

import type { Attached, AttachParams } from '../../api/attach-protocol.js'
import type { Size } from '../../api/session.js'
import type { AttachmentEvent } from '../../client/attachment-events.js'
import { WithoutQueries } from '../../screen/without-queries.js'
import { inertText } from '../present/inert-text.js'
import { HINT_MS, hintSequence } from './leave-hint.js'
import type { OuterTerminal } from './outer-terminal.js'
import { beforeRedraw, type LeaveState } from './restore-sequence.js'
import { ShownOutput } from './shown-output.js'

/** What a person is told at the beginning. */
export interface Greeting {
  /** One line above an output that begins at its beginning. */
  readonly line: string
  /** The same in fewer and fewer words, for the corner of a screen. Empty: nothing is told. */
  readonly hints: readonly string[]
  /** Sets the terminal's title, and gives back the one that there was. */
  readonly titleOn: string
  readonly titleOff: string
}

export interface ShownScreenOptions {
  readonly terminal: Pick<OuterTerminal, 'write' | 'size'>
  readonly greeting: Greeting
  readonly attached: Attached
  /** Whoever only looks on types nothing, so their terminal is asked nothing. */
  readonly mode: AttachParams['mode']
  /** Asks for a screen of this moment. */
  readonly redraw: () => Promise<void>
}

/** A session as a person sees it on a terminal. */
export interface ShownSession {
  /** Whether the terminal may still say something by itself: an answer, or a report of the mouse or the focus. */
  readonly mayTerminalSpeak: boolean
  /** Before any output. */
  begin(): void
  output(event: Extract<AttachmentEvent, { type: 'data' }>): Promise<void> | undefined
  drawn(event: Extract<AttachmentEvent, { type: 'screen' }>): Promise<void> | undefined
  /** The output goes on at the next byte, from another connection. */
  resumed(attached: Attached): void
  /** Some of the output is not there any more. */
  missed(): void
  /** The session's terminal has another size. */
  resized(size: Size): void
  /** The person's has. */
  terminalResized(): void
  /** The hint has been read, or is in the way. */
  endHint(): void
  /** Nothing will be drawn by itself any more. */
  end(): void
  leaveState(ended: boolean): LeaveState
}

export class ShownScreen implements ShownSession {
  readonly #options: ShownScreenOptions
  readonly #shown = new ShownOutput()
  #answersFrom = 0
  /** While output comes whose questions somebody has answered. */
  #without: WithoutQueries | undefined
  #isDrawn = false
  #hint: NodeJS.Timeout | undefined

  constructor(options: ShownScreenOptions) {
    this.#options = options
    this.resumed(options.attached)
  }

  begin(): void {
    const { line, titleOn } = this.#options.greeting
    this.#write(Buffer.from(titleOn + (line === '' ? '' : `${inertText(line)}\r\n`)))
  }

  get mayTerminalSpeak(): boolean {
    return this.#shown.mayTerminalSpeak
  }

  output({ offset, bytes }: Extract<AttachmentEvent, { type: 'data' }>): Promise<void> | undefined {
    const told = this.#without ? this.#unasked(offset, bytes) : bytes
    this.#shown.add(told)
    return this.#written(told)
  }

  drawn({ bytes, isMore }: Extract<AttachmentEvent, { type: 'screen' }>): Promise<void> | undefined {
    if (!isMore) this.#beforeDrawn()
    this.#shown.add(bytes)
    return this.#written(bytes)
  }

  resumed({ answersFrom = 0, offsets }: Attached): void {
    this.#answersFrom = this.#options.mode === 'viewer' ? Number.POSITIVE_INFINITY : answersFrom
    if ((offsets.pty ?? 0) < this.#answersFrom) this.#without ??= new WithoutQueries()
  }

  missed(): void {
    // A host of an earlier version draws none.
    this.#options.redraw().catch(() => undefined)
  }

  resized(): void {
    // The terminal is the session's own, or one of its size.
  }

  terminalResized(): void {
    // As above.
  }

  #beforeDrawn(): void {
    const isFirst = !this.#isDrawn
    this.#isDrawn = true
    if (isFirst) {
      this.#write(Buffer.from(scrolledAway(this.#options.terminal.size()?.rows ?? 0)))
      if (this.#options.greeting.hints.length > 0) this.#hint = setTimeout(() => this.endHint(), HINT_MS)
    } else {
      this.#write(Buffer.from(beforeRedraw(this.#shown.isAlternate)))
    }
  }

  endHint(): void {
    if (this.#hint === undefined) return
    this.end()
    // A session that ends at this moment takes everything away.
    this.#options.redraw().catch(() => undefined)
  }

  end(): void {
    clearTimeout(this.#hint)
    this.#hint = undefined
  }

  leaveState(ended: boolean): LeaveState {
    return this.#shown.leaveState(ended)
  }

  #written(bytes: Uint8Array): Promise<void> | undefined {
    const taken = this.#write(bytes)
    const size = this.#hint && this.#shown.isBetween ? this.#options.terminal.size() : undefined
    if (size) this.#write(Buffer.from(hintSequence(this.#options.greeting.hints, size)))
    return taken
  }

  #unasked(offset: number, bytes: Uint8Array): Uint8Array {
    const without = this.#without
    if (!without) return bytes
    const count = Math.max(0, Math.min(bytes.byteLength, this.#answersFrom - offset))
    const told = without.push(bytes.subarray(0, count))
    if (offset + bytes.byteLength < this.#answersFrom) return told
    this.#without = undefined
    return Buffer.concat([told, without.rest(), bytes.subarray(count)])
  }

  #write(bytes: Uint8Array): Promise<void> | undefined {
    return bytes.byteLength === 0 ? undefined : this.#options.terminal.write(bytes)
  }
}

/** What the shell had on the screen goes to the lines above it, where a drawn screen is going to be. */
function scrolledAway(rows: number): string {
  return `\x1b[999;1H${'\n'.repeat(rows)}`
}
