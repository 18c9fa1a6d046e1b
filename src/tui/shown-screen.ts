/** The dashboard on the person's terminal, from entering its screen to leaving it: what is typed comes as keys. */
import type { DashboardOptions, DashboardTerminal } from './dashboard-options.js'
import type { Key } from './keys/key.js'
import { KeyDecoder } from './keys/key-decoder.js'
import { onSuddenEnd } from './leaving.js'
import type { Message } from './model/message.js'
import type { DashboardState } from './model/state.js'
import { LEAVE_SCREEN } from './paint/screen-sequences.js'
import { ScreenPainting } from './screen-painting.js'

/** The bytes of one key come together, also over a slow line; Escape comes alone. */
const ESCAPE_WAIT_MS = 50

export interface ShownScreenOptions extends Pick<DashboardOptions, 'openTerminal' | 'paint' | 'home'> {
  readonly state: () => DashboardState
  readonly tell: (message: Message) => void
  /** The terminal is gone: its window was closed, the connection to it ended. */
  readonly onGone: () => void
}

export class ShownScreen {
  readonly #options: ShownScreenOptions
  readonly #terminal: DashboardTerminal
  readonly #painting: ScreenPainting
  readonly #decoder = new KeyDecoder()
  readonly #forgetSuddenEnd: () => void
  #escape: NodeJS.Timeout | undefined
  #isLeft = false

  /** @throws PerchError `no-terminal` */
  constructor(options: ShownScreenOptions) {
    this.#options = options
    const terminal = options.openTerminal()
    this.#terminal = terminal
    // Before anything is shown: without keys there would be no way out.
    terminal.takeKeys()
    this.#forgetSuddenEnd = onSuddenEnd(() => void terminal.write(Buffer.from(LEAVE_SCREEN)))
    this.#painting = new ScreenPainting({ ...options, terminal })
    terminal.onInput((bytes) => this.#take(bytes))
    terminal.onResize(() => this.#resized())
    terminal.onGone(options.onGone)
    this.#resized()
  }

  /** Something may look otherwise. */
  wake(): void {
    this.#painting.wake()
  }

  redraw(): void {
    this.#painting.redraw()
  }

  ring(): void {
    this.#painting.ring()
  }

  /** Gives the terminal back as it was. What was typed after the key that led here is dropped. */
  async leave(): Promise<void> {
    this.#isLeft = true
    clearTimeout(this.#escape)
    const last = this.#painting.end()
    this.#forgetSuddenEnd()
    await this.#terminal.close(last)
  }

  #take(bytes: Buffer): void {
    clearTimeout(this.#escape)
    this.#tellKeys(this.#decoder.push(bytes))
    if (this.#decoder.isWaiting && !this.#isLeft) {
      this.#escape = setTimeout(() => this.#tellKeys(this.#decoder.flush()), ESCAPE_WAIT_MS)
    }
  }

  #tellKeys(keys: readonly Key[]): void {
    for (const key of keys) if (!this.#isLeft) this.#options.tell({ type: 'key', key })
  }

  #resized(): void {
    const size = this.#terminal.size()
    if (size) this.#options.tell({ type: 'resized', size })
  }
}
