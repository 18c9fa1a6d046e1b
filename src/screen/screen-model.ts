/**
 * The screen of a session as a terminal would have it after the bytes that were fed: what shows, what is above it, and
 * everything that decides what the next bytes do. Owns a terminal without a window, whose memory is bounded by its lines.
 */
import xterm, { type Terminal } from '@xterm/headless'
import { measureGraphemes } from './graphemes.js'
import { KeptModes } from './kept-modes.js'
import { drawAbove, restoreScreen } from './restore-screen.js'
import { linesOf } from './screen-text.js'
import { SequenceScanner } from './sequence-scanner.js'
import { coreOf, standOnLastColumn } from './xterm-core.js'

export interface ScreenSize {
  readonly cols: number
  readonly rows: number
}

export interface ScreenModelOptions {
  readonly size: ScreenSize
  /** Lines kept above the screen. */
  readonly scrollback: number
  /** Gets what a terminal answers by itself (device attributes, cursor position). */
  readonly answer?: (text: string) => void
}

/** What of a string (a title, a copied text, an image) the model takes; longer ones change nothing that it keeps. */
const STRING_BYTES = 64 * 1024
const CANCEL = '\x18'
const ESC = 0x1b
const AUTO_WRAP = 7

/** What a screen shows. */
export interface ScreenText {
  readonly size: ScreenSize
  /** The rows from the top, without trailing blanks. */
  readonly lines: readonly string[]
  /** Zero-based. */
  readonly cursor: { readonly column: number; readonly row: number; readonly isVisible: boolean }
  readonly title: string | null
  readonly isAlternate: boolean
}

export class ScreenModel {
  readonly #terminal: Terminal
  readonly #kept: KeptModes
  readonly #scanner = new SequenceScanner()

  constructor({ size, scrollback, answer }: ScreenModelOptions) {
    this.#terminal = new xterm.Terminal({ ...size, scrollback, allowProposedApi: true, logLevel: 'off' })
    measureGraphemes(this.#terminal)
    this.#kept = new KeptModes(this.#terminal.parser, () => this.#terminal.buffer.active.type)
    this.#terminal.parser.registerCsiHandler({ prefix: '?', final: 'h' }, (modes) => {
      if (modes.includes(AUTO_WRAP)) standOnLastColumn(this.#terminal)
      return false
    })
    if (answer) this.#terminal.onData(answer)
  }

  get size(): ScreenSize {
    return { cols: this.#terminal.cols, rows: this.#terminal.rows }
  }

  get terminal(): Terminal {
    return this.#terminal
  }

  /** How many of the bytes fed last belong to a sequence or character that goes on: what is restored begins before them. */
  get pendingBytes(): number {
    return this.#scanner.pendingBytes
  }

  /** Whether the program is in the middle of an update that shows as a whole (mode 2026). */
  get isUpdating(): boolean {
    return coreOf(this.#terminal).coreService.decPrivateModes.synchronizedOutput
  }

  /** Resolves when the model has it. The bytes may be changed afterwards. */
  async feed(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength; ) {
      const isLong = this.#scanner.isInString && this.#scanner.pendingBytes >= STRING_BYTES
      at += isLong ? this.#passOver(bytes.subarray(at)) : this.#take(bytes.subarray(at, at + STRING_BYTES))
    }
    await new Promise<void>((resolve) => this.#terminal.write('', resolve))
  }

  #take(bytes: Uint8Array): number {
    this.#scanner.push(bytes)
    this.#terminal.write(bytes)
    return bytes.byteLength
  }

  /** The rest of a string that is of no interest: the library would take a minute, and a gigabyte, to put it together. */
  #passOver(bytes: Uint8Array): number {
    this.#terminal.write(CANCEL)
    const count = this.#scanner.pushString(bytes)
    // What ended the string without being its terminator is the beginning of another sequence.
    if (!this.#scanner.isInString && this.#scanner.pendingBytes > 0) {
      this.#terminal.write(Uint8Array.of(ESC, bytes[count - 1] ?? 0))
    }
    return count
  }

  resize({ cols, rows }: ScreenSize): void {
    // The library has none narrower.
    this.#terminal.resize(Math.max(2, cols), Math.max(1, rows))
  }

  /** The sequence that makes a terminal of this size the same (`restore-screen.ts`). */
  restore(options: { readonly scrollback: number }): string {
    return restoreScreen({ terminal: this.#terminal, kept: this.#kept }, options)
  }

  /** The sequence that puts the last lines above the screen where they are on a terminal whose screen is restored after it. */
  drawAbove(lines: number): string {
    return drawAbove(this.#terminal, lines)
  }

  /** What the terminal library does not keep, as the sequences that set it. */
  get keptSequence(): string {
    return [this.#kept.sequence(), this.#kept.kittySequence('normal'), this.#kept.kittySequence('alternate')].join('')
  }

  text({ colours }: { readonly colours: boolean }): ScreenText {
    const { buffer, rows } = this.#terminal
    const { active } = buffer
    return {
      size: this.size,
      lines: linesOf(active, { first: active.baseY, count: rows, cols: this.#terminal.cols, colours }),
      cursor: {
        column: Math.min(active.cursorX, this.#terminal.cols - 1),
        row: active.cursorY,
        isVisible: !coreOf(this.#terminal).coreService.isCursorHidden,
      },
      title: this.#kept.title,
      isAlternate: active.type === 'alternate',
    }
  }

  dispose(): void {
    this.#terminal.dispose()
  }
}
