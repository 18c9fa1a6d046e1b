/** What the output so far left a terminal in, as far as leaving it cares. Pure. */
import { AlternateScreenTracker } from './alternate-screen.js'
import type { LeaveState } from './restore-sequence.js'

export class WrittenState {
  readonly #screen = new AlternateScreenTracker()
  #lastByte = 0x0a

  add(bytes: Uint8Array): void {
    this.#screen.write(bytes)
    this.#lastByte = bytes.at(-1) ?? this.#lastByte
  }

  /** `ended`: it has come to its end by itself. */
  leaveState(ended: boolean): LeaveState {
    return { onAlternateScreen: this.#screen.isOn, ended, inMidLine: this.#lastByte !== 0x0a }
  }
}
