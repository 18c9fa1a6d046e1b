/**
 * What the output that was shown has left the terminal in, as far as leaving it cares: the screen, modes and colours that were
 * switched on, questions that the terminal may still answer. Pure; plain text costs two native searches.
 */
import { isQuery } from '../../screen/queries.js'
import { type SequenceKind, SequenceScanner } from '../../screen/sequence-scanner.js'
import type { LeaveState } from './restore-sequence.js'

/** DEC private modes that show the alternate screen. */
const ALTERNATE_SCREENS = new Set([47, 1047, 1049])
/** Of the mouse, the focus, the colours and the size. */
const REPORTS = [9, 1000, 1001, 1002, 1003, 1004, 2031, 2048]
const SYNCHRONISED = 2026
/** More were never seen; a program that runs wild costs no more. */
const MODES_LIMIT = 256

export class ShownOutput {
  readonly #scanner = new SequenceScanner((kind, bytes) => this.#saw(kind, bytes))
  readonly #modes = new Set<number>()
  readonly #colours = new Set<string>()
  #isAsked = false
  #tabsChanged = false
  #lastByte = 0x0a

  add(bytes: Uint8Array): void {
    this.#scanner.push(bytes)
    this.#lastByte = bytes.at(-1) ?? this.#lastByte
  }

  /** Whether the terminal may still say something by itself: an answer to what it was asked, or one of the reports. */
  get mayTerminalSpeak(): boolean {
    return this.#isAsked || REPORTS.some((mode) => this.#modes.has(mode))
  }

  /** Whether other sequences may be written here: no sequence and no update is under way. */
  get isBetween(): boolean {
    return this.#scanner.pendingBytes === 0 && !this.#modes.has(SYNCHRONISED)
  }

  get isAlternate(): boolean {
    return [...ALTERNATE_SCREENS].some((mode) => this.#modes.has(mode))
  }

  /** The last byte was not a newline. */
  get isInMidLine(): boolean {
    return this.#lastByte !== 0x0a
  }

  /** DEC private modes that are set now. */
  get modes(): readonly number[] {
    return [...this.#modes]
  }

  /** The `OSC` sequences that give back what was set of palette and colours: `104`, `110`, … */
  get changedColours(): readonly string[] {
    return [...this.#colours]
  }

  get haveTabsChanged(): boolean {
    return this.#tabsChanged
  }

  /** `ended`: the program has come to its end by itself. */
  leaveState(ended: boolean): LeaveState {
    const { isAlternate, isInMidLine, modes, changedColours, haveTabsChanged } = this
    return { ended, isAlternate, isInMidLine, modes, changedColours, haveTabsChanged }
  }

  #saw(kind: SequenceKind, bytes: Buffer): void {
    if (isQuery(kind, bytes)) this.#isAsked = true
    else if (kind === 'csi') this.#csi(bytes.toString('latin1', 2))
    else if (kind === 'osc') this.#osc(bytes.toString('latin1', 2, 8))
    else if (kind === 'escape') this.#escape(bytes.toString('latin1', 1))
  }

  #csi(text: string): void {
    if (/^[023]?g$/.test(text)) this.#tabsChanged = true
    const isSet = text.endsWith('h')
    if (!text.startsWith('?') || !(isSet || text.endsWith('l'))) return
    for (const mode of text.slice(1, -1).split(';').map(Number)) this.#setMode(mode, isSet)
  }

  #setMode(mode: number, isSet: boolean): void {
    // Each of them leads back to the same screen.
    if (!isSet && ALTERNATE_SCREENS.has(mode)) for (const one of ALTERNATE_SCREENS) this.#modes.delete(one)
    else if (!isSet) this.#modes.delete(mode)
    else if (this.#modes.size < MODES_LIMIT) this.#modes.add(mode)
  }

  #osc(text: string): void {
    const number = Number(/^(\d+);/.exec(text)?.[1])
    if (number === 4) this.#colours.add('104')
    else if (number >= 10 && number <= 19) this.#colours.add(String(number + 100))
  }

  #escape(text: string): void {
    if (text === 'H') this.#tabsChanged = true
    if (text !== 'c') return
    this.#modes.clear()
    this.#colours.clear()
    this.#tabsChanged = false
  }
}
