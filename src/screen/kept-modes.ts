/**
 * What a program has switched on in its terminal and the terminal library does not keep: the keyboard protocols, encodings of
 * mouse reports, private modes that it does not know, title, colours, the shape of the cursor. Follows the library's parser.
 */
import type { IParser } from '@xterm/headless'
import { KeyboardFlags } from './keyboard-flags.js'

/** Modes that the library keeps itself, or that are no state (1048 saves a cursor). */
const KEPT_BY_LIBRARY = new Set([1, 3, 6, 7, 9, 25, 45, 47, 66, 1000, 1002, 1003, 1004, 1047, 1048, 1049, 2004, 2026])
const ALTERNATE_SCREENS = new Set([47, 1047, 1049])
/** One of them is in force at a time. */
const MOUSE_ENCODINGS = new Set([1005, 1006, 1015, 1016])
/** Of titles: more than any program pushes, and a bound for one that runs wild. */
const STACK_LIMIT = 16
/** Numbers of modes and colours that are remembered. */
const REMEMBERED_LIMIT = 512
const TITLE_LIMIT = 1024

export type ScreenName = 'normal' | 'alternate'

type Titles = { icon: string | null; window: string | null }

export class KeptModes {
  readonly #privateModes = new Map<number, boolean>()
  readonly #savedModes = new Map<number, boolean>()
  #mouseEncoding: number | null = null
  #lineFeedMode = false
  #kitty = newKeyboards()
  readonly #modifyKeys = new Map<number, number>()
  #cursorShape = 0
  #titles: Titles = { icon: null, window: null }
  readonly #titleStack: Titles[] = []
  /** By the number in `OSC 4`, and by the numbers of the other OSC sequences that set one. */
  readonly #palette = new Map<number, string>()
  readonly #colours = new Map<number, string>()

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
    csi('>', 'n', ([resource = 2]) => this.#remember(this.#modifyKeys, resource, -1))
    csi('', 'q', ([shape = 0]) => this.#setCursorShape(shape), ' ')
    csi('', 't', ([what, which = 0]) => this.#titleOperation(what, which))
    csi('', 'p', () => this.#softReset(), '!')
    osc(0, (text) => this.#setTitle({ icon: text, window: text }))
    osc(1, (text) => this.#setTitle({ icon: text }))
    osc(2, (text) => this.#setTitle({ window: text }))
    osc(4, (text) => this.#setPalette(text))
    osc(104, (text) => this.#resetPalette(text))
    for (let number = 10; number <= 19; number += 1) {
      osc(number, (text) => this.#setColours(number, text))
      osc(number + 100, () => void this.#colours.delete(number))
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
    const titles = [...this.#titleStack.flatMap((title) => [titleSequence(title), '\x1b[22;0t']), titleSequence(this.#titles)]
    const modes = [...this.#privateModes].map(([mode, isSet]) => `\x1b[?${mode}${isSet ? 'h' : 'l'}`)
    const keys = [...this.#modifyKeys].map(([resource, value]) =>
      value < 0 ? `\x1b[>${resource}n` : `\x1b[>${resource};${value}m`,
    )
    const palette = [...this.#palette].map(([index, colour]) => `\x1b]4;${index};${colour}\x1b\\`)
    const colours = [...this.#colours].map(([number, colour]) => `\x1b]${number};${colour}\x1b\\`)
    return [
      ...titles,
      ...palette,
      ...colours,
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
      else if (!KEPT_BY_LIBRARY.has(mode)) this.#remember(this.#privateModes, mode, isSet)
    }
  }

  /** Of those that are followed here; what the library keeps it does not restore either. */
  #saveModes(modes: readonly number[]): void {
    for (const mode of modes) {
      const isSet = this.#privateModes.get(mode)
      if (isSet === undefined) this.#savedModes.delete(mode)
      else this.#remember(this.#savedModes, mode, isSet)
    }
  }

  #restoreModes(modes: readonly number[]): void {
    for (const mode of modes) {
      const isSet = this.#savedModes.get(mode)
      if (isSet !== undefined) this.#remember(this.#privateModes, mode, isSet)
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
    else this.#remember(this.#modifyKeys, resource, value)
  }

  #titleOperation(what: number | undefined, which: number): void {
    if (what === 22) {
      this.#titleStack.push(this.#titles)
      if (this.#titleStack.length > STACK_LIMIT) this.#titleStack.shift()
    } else if (what === 23) {
      const title = this.#titleStack.pop()
      if (!title) return
      const { icon, window } = this.#titles
      this.#titles = { icon: which === 2 ? icon : title.icon, window: which === 1 ? window : title.window }
    }
  }

  #setTitle(changes: Partial<Titles>): void {
    const cut = Object.entries(changes).map(([which, text]) => [which, text?.slice(0, TITLE_LIMIT)])
    this.#titles = { ...this.#titles, ...Object.fromEntries(cut) }
  }

  #setPalette(text: string): void {
    const parts = text.split(';')
    for (let at = 0; at + 1 < parts.length; at += 2) {
      const [index, colour] = [Number(parts[at]), parts[at + 1] ?? '']
      if (Number.isInteger(index) && isColour(colour)) this.#remember(this.#palette, index, colour)
    }
  }

  #resetPalette(text: string): void {
    if (text === '') this.#palette.clear()
    else for (const index of text.split(';')) this.#palette.delete(Number(index))
  }

  /** `OSC 10 ; a ; b` sets 10 and 11. */
  #setColours(first: number, text: string): void {
    for (const [at, colour] of text.split(';').entries()) {
      if (isColour(colour) && first + at <= 19) this.#remember(this.#colours, first + at, colour)
    }
  }

  /** DECSTR, as the library has it. */
  #softReset(): void {
    this.#lineFeedMode = false
    this.#cursorShape = 0
  }

  #reset(): void {
    for (const map of [this.#privateModes, this.#savedModes, this.#modifyKeys, this.#palette, this.#colours]) map.clear()
    this.#mouseEncoding = null
    this.#lineFeedMode = false
    this.#kitty = newKeyboards()
    this.#cursorShape = 0
    this.#titles = { icon: null, window: null }
    this.#titleStack.length = 0
  }

  /** The latest last, as that is their order in a terminal, too. */
  #remember<T>(map: Map<number, T>, key: number, value: T): void {
    map.delete(key)
    if (map.size < REMEMBERED_LIMIT) map.set(key, value)
  }
}

function newKeyboards(): Record<ScreenName, KeyboardFlags> {
  return { normal: new KeyboardFlags(), alternate: new KeyboardFlags() }
}

function titleSequence({ icon, window }: Titles): string {
  if (icon !== null && icon === window) return `\x1b]0;${icon}\x1b\\`
  return `${icon === null ? '' : `\x1b]1;${icon}\x1b\\`}${window === null ? '' : `\x1b]2;${window}\x1b\\`}`
}

/** Not a question for the colour. */
function isColour(text: string): boolean {
  return text !== '' && text !== '?'
}
