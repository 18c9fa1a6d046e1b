/**
 * What a program has switched on in its terminal and the terminal library does not keep: the keyboard protocols, encodings of
 * mouse reports, private modes that it does not know, title, colours, the shape of the cursor. Follows the library's parser.
 */
import type { IParser } from '@xterm/headless'
import { FIRST_COLOUR, KeptColours, LAST_COLOUR } from './kept-colours.js'
import { KeptTitles } from './kept-titles.js'
import { KeyboardFlags } from './keyboard-flags.js'
import { remember } from './remember.js'

/** Modes that the library keeps itself, or that are no state (1048 saves a cursor). */
const KEPT_BY_LIBRARY = new Set([1, 3, 6, 7, 9, 25, 45, 47, 66, 1000, 1002, 1003, 1004, 1047, 1048, 1049, 2004, 2026])
const ALTERNATE_SCREENS = new Set([47, 1047, 1049])
/** One of them is in force at a time. */
const MOUSE_ENCODINGS = new Set([1005, 1006, 1015, 1016])

export type ScreenName = 'normal' | 'alternate'

export class KeptModes {
  readonly #privateModes = new Map<number, boolean>()
  readonly #savedModes = new Map<number, boolean>()
  #mouseEncoding: number | null = null
  #lineFeedMode = false
  #kitty = newKeyboards()
  readonly #modifyKeys = new Map<number, number>()
  #cursorShape = 0
  readonly #titles = new KeptTitles()
  readonly #colours = new KeptColours()

  constructor(parser: IParser, activeScreen: () => ScreenName) {
    const csi = (prefix: string, final: string, act: (parameters: readonly number[]) => void, intermediates = '') =>
      parser.registerCsiHandler({ ...(prefix && { prefix }), ...(intermediates && { intermediates }), final }, (parameters) => {
        act(parameters.map((one) => (typeof one === 'number' ? one : (one[0] ?? 0))))
        return false
      })
    const osc = (number: number, act: (data: string) => void) =>
      parser.registerOscHandler(number, (data) => {
        act(data)
        return false
      })
    const kitty = () => this.#kitty[activeScreen()]

    csi('?', 'h', (modes) => this.#setPrivate(modes, true))
    csi('?', 'l', (modes) => this.#setPrivate(modes, false))
    csi('?', 's', (modes) => this.#saveModes(modes))
    csi('?', 'r', (modes) => this.#restoreModes(modes))
    csi('', 'h', (modes) => this.#setLineFeedMode(modes, true))
    csi('', 'l', (modes) => this.#setLineFeedMode(modes, false))
    csi('>', 'u', ([flags = 0]) => kitty().push(flags))
    csi('<', 'u', ([count = 1]) => kitty().pop(count || 1))
    csi('=', 'u', ([flags = 0, how = 1]) => kitty().change(flags, how || 1))
    csi('>', 'm', ([resource, value]) => this.#setModifyKeys(resource, value))
    csi('>', 'n', ([resource = 2]) => remember(this.#modifyKeys, resource, -1))
    csi('', 'q', ([shape = 0]) => this.#setCursorShape(shape), ' ')
    csi('', 't', ([what, which = 0]) => this.#titles.operation(what, which))
    csi('', 'p', () => this.#softReset(), '!')
    osc(0, (text) => this.#titles.set({ icon: text, window: text }))
    osc(1, (text) => this.#titles.set({ icon: text }))
    osc(2, (text) => this.#titles.set({ window: text }))
    osc(4, (text) => this.#colours.setPalette(text))
    osc(104, (text) => this.#colours.resetPalette(text))
    for (let number = FIRST_COLOUR; number <= LAST_COLOUR; number += 1) {
      osc(number, (text) => this.#colours.set(number, text))
      osc(number + 100, () => this.#colours.forget(number))
    }
    parser.registerEscHandler({ final: 'c' }, () => {
      this.#reset()
      return false
    })
  }

  get title(): string | null {
    return this.#titles.window
  }

  /** The sequences that set all this in a terminal that was just started, but for the keyboard's flags. */
  sequence(): string {
    const modes = [...this.#privateModes].map(([mode, isSet]) => `\x1b[?${mode}${isSet ? 'h' : 'l'}`)
    const keys = [...this.#modifyKeys].map(([resource, value]) =>
      value < 0 ? `\x1b[>${resource}n` : `\x1b[>${resource};${value}m`,
    )
    return [
      this.#titles.sequence(),
      this.#colours.sequence(),
      ...modes,
      this.#mouseEncoding === null ? '' : `\x1b[?${this.#mouseEncoding}h`,
      ...keys,
      this.#cursorShape === 0 ? '' : `\x1b[${this.#cursorShape} q`,
    ].join('')
  }

  /** The keyboard's flags of one screen, which has to be the active one then. */
  kittySequence(screen: ScreenName): string {
    return this.#kitty[screen].sequence()
  }

  /** Whether a line feed also returns to the first column (LNM). */
  get hasLineFeedMode(): boolean {
    return this.#lineFeedMode
  }

  #setPrivate(modes: readonly number[], isSet: boolean): void {
    for (const mode of modes) {
      // Whoever shows the alternate screen again shows a new one.
      if (ALTERNATE_SCREENS.has(mode) && !isSet) this.#kitty.alternate = new KeyboardFlags()
      if (MOUSE_ENCODINGS.has(mode)) this.#mouseEncoding = isSet ? mode : null
      else if (!KEPT_BY_LIBRARY.has(mode)) remember(this.#privateModes, mode, isSet)
    }
  }

  /** Of those that are followed here; what the library keeps it does not restore either. */
  #saveModes(modes: readonly number[]): void {
    for (const mode of modes) {
      const isSet = this.#privateModes.get(mode)
      if (isSet === undefined) this.#savedModes.delete(mode)
      else remember(this.#savedModes, mode, isSet)
    }
  }

  #restoreModes(modes: readonly number[]): void {
    for (const mode of modes) {
      const isSet = this.#savedModes.get(mode)
      if (isSet !== undefined) remember(this.#privateModes, mode, isSet)
    }
  }

  #setLineFeedMode(modes: readonly number[], isSet: boolean): void {
    if (modes.includes(20)) this.#lineFeedMode = isSet
  }

  #setCursorShape(shape: number): void {
    this.#cursorShape = shape
  }

  #setModifyKeys(resource: number | undefined, value: number | undefined): void {
    // A parameter that is not there is given as 0.
    if (resource === undefined || (resource === 0 && value === undefined)) this.#modifyKeys.clear()
    else if (value === undefined) this.#modifyKeys.delete(resource)
    else remember(this.#modifyKeys, resource, value)
  }

  /** DECSTR, as the library has it. */
  #softReset(): void {
    this.#lineFeedMode = false
    this.#cursorShape = 0
  }

  #reset(): void {
    for (const map of [this.#privateModes, this.#savedModes, this.#modifyKeys]) map.clear()
    this.#mouseEncoding = null
    this.#lineFeedMode = false
    this.#kitty = newKeyboards()
    this.#cursorShape = 0
    this.#titles.reset()
    this.#colours.reset()
  }
}

function newKeyboards(): Record<ScreenName, KeyboardFlags> {
  return { normal: new KeyboardFlags(), alternate: new KeyboardFlags() }
}
