/**
 * The output of a terminal, from its first byte to the proof that nothing is missing. It owns both ends of the pair: while
 * it holds the slave, what a fast child wrote stays readable after the child's exit. Once the mark has come back, it lets
 * go of the slave, and the stream ends when no descendant has the terminal any more.
 */
import { closeSync } from 'node:fs'
import { type OutputReader, readOutput } from '../process/output-reader.js'
import type { OutputSink } from '../process/owned-process.js'
import { EndBarrier } from './pty-barrier.js'
import { createMark, MarkCutter } from './pty-mark.js'
import type { TerminalPair } from './pty-native.js'

export class PtyOutput {
  readonly #pair: TerminalPair
  readonly #sink: OutputSink
  readonly #onEnd: () => void
  readonly #reader: OutputReader
  #cutter: MarkCutter | undefined
  #barrier: EndBarrier | undefined
  #slaveOpen = true
  #open = true

  /** Begins to read. `onEnd` comes once, after the sink's `end`. */
  constructor(pair: TerminalPair, sink: OutputSink, onEnd: () => void) {
    this.#pair = pair
    this.#sink = sink
    this.#onEnd = onEnd
    this.#reader = readOutput(
      pair.master,
      'terminal',
      (bytes) => this.#take(bytes),
      () => this.#finish(),
    )
  }

  /** The leader was collected: from here on the stream ends by itself as soon as everything is read. */
  leaderExited(): void {
    if (!this.#open) return
    const mark = createMark()
    this.#cutter = new MarkCutter(mark)
    this.#barrier = new EndBarrier(this.#pair, mark, () => this.#endWithoutMark())
    this.#reader.readNow()
  }

  /** Reads what is there now and ends the stream, though descendants may hold the terminal. */
  endNow(): void {
    this.#reader.readNow()
    this.#reader.end()
  }

  /** Closes both ends without a word: whoever has the terminal sees a hang-up. */
  close(): void {
    this.#open = false
    this.#barrier?.stop()
    this.#closeSlave()
    this.#reader.close()
  }

  #take(bytes: Uint8Array): void {
    if (this.#cutter === undefined) {
      this.#pass(bytes)
      return
    }
    this.#barrier?.noteRead()
    this.#cutter.push(bytes, (output) => this.#pass(output))
    if (this.#cutter.found) this.#letGo()
  }

  #pass(bytes: Uint8Array): void {
    this.#sink.data('pty', bytes)
  }

  #letGo(): void {
    if (!this.#slaveOpen) return
    this.#barrier?.stop()
    this.#closeSlave()
    if (this.#reader.readNow() === 'ended') this.#reader.end()
  }

  /** A read that finds nothing has first waited for all that was on its way (`n_tty_read`, Linux 4.5 and later). */
  #endWithoutMark(): void {
    this.#reader.readNow()
    this.#letGo()
  }

  #finish(): void {
    this.#open = false
    this.#barrier?.stop()
    // What is left of a mark that the terminal took only a part of is not output.
    const held = this.#cutter?.takeHeld()
    if (held !== undefined && held.byteLength > 0 && held.byteLength !== this.#barrier?.written) this.#pass(held)
    this.#closeSlave()
    this.#sink.end('pty')
    this.#onEnd()
  }

  #closeSlave(): void {
    if (!this.#slaveOpen) return
    this.#slaveOpen = false
    closeSync(this.#pair.slave)
  }
}
