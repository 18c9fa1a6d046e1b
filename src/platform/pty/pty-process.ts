/**
 * A child on a terminal of its own: how it is started, typed to, resized and let go. Nothing here interprets what goes
 * through. That its output is read to the last byte is the work of `pty-output.ts`.
 */
import { closeSync } from 'node:fs'
import { PerchError } from '../perch-error.js'
import { foregroundGroupOf } from '../process/foreground-group.js'
import { type LaunchedChild, launch } from '../process/launch.js'
import { terminalLauncher } from '../process/launcher.js'
import { OneTimeEvent } from '../process/one-time-event.js'
import type {
  InputFollower,
  OutputSink,
  OutputStream,
  OwnedProcess,
  SpawnOptions,
  TerminalSize,
  WaitStatus,
} from '../process/owned-process.js'
import { PacedWriter } from '../process/paced-writer.js'
import { type TerminalDriver, type TerminalPair, terminalDriver } from './pty-native.js'
import { PtyOutput } from './pty-output.js'

export interface PtySpawnOptions extends SpawnOptions {
  readonly size: TerminalSize
}

/** Ctrl-D, the EOF character of a terminal unless its owner chose another. */
const END_OF_TRANSMISSION = 0x04
/** What a line of input ends with; after anything else the EOF character only hands over what was typed so far. */
const LINE_ENDS: ReadonlySet<number> = new Set([0x0a, 0x0d, END_OF_TRANSMISSION])

/**
 * Starts the program on a new terminal, as the leader of a session that has it as its controlling terminal.
 * @throws PerchError `platform-unsupported`, and what `launch` throws
 */
export async function spawnPty(options: PtySpawnOptions): Promise<OwnedProcess> {
  const driver = terminalDriver()
  const launched = await launch(terminalLauncher(options), options, ['pipe', 'ignore', 'ignore'])
  const { stdin } = launched.child
  // A launcher that is killed before it read its terminal's path: its exit says so.
  stdin?.on('error', () => {})
  try {
    const pair = driver.open(options.size)
    stdin?.end(`${pair.path}\n`)
    return new PtyProcess(launched, pair, driver)
  } catch (cause) {
    // Without a path the launcher ends by itself.
    stdin?.destroy()
    throw new PerchError('spawn-failed', 'the system gives no terminal', {
      cause,
      hint: 'Too many may be open: end some sessions, or raise /proc/sys/kernel/pty/max.',
    })
  }
}

class PtyProcess implements OwnedProcess {
  readonly pid: number
  readonly kind = 'pty'
  readonly streams: readonly OutputStream[] = ['pty']
  readonly exited: Promise<WaitStatus>
  readonly #pair: TerminalPair
  readonly #driver: TerminalDriver
  readonly #writer: PacedWriter
  readonly #ended = new OneTimeEvent()
  #output: PtyOutput | undefined
  #input: InputFollower | undefined
  #hasExited = false
  #lastTyped: number | undefined
  #isOpen = true

  constructor(launched: LaunchedChild, pair: TerminalPair, driver: TerminalDriver) {
    this.pid = launched.pid
    this.#pair = pair
    this.#driver = driver
    this.#writer = new PacedWriter(
      pair.master,
      () => this.#input?.ended(),
      (bytes) => this.#input?.taken(bytes),
    )
    this.exited = launched.exited.then((status) => {
      this.#hasExited = true
      this.#writer.close(new PerchError('stream-closed', 'the program has ended: nothing reads its terminal any more'))
      this.#output?.leaderExited()
      return status
    })
  }

  start(sink: OutputSink): void {
    this.#output = new PtyOutput(this.#pair, sink, () => this.#release())
    if (this.#hasExited) this.#output.leaderExited()
  }

  async drain(boundMs: number): Promise<void> {
    if (!(await this.#ended.within(boundMs))) this.#output?.endNow()
  }

  writeAtOnce(bytes: Uint8Array): number {
    const taken = this.#writer.writeAtOnce(bytes)
    if (taken > 0) this.#lastTyped = bytes[taken - 1]
    return taken
  }

  write(bytes: Uint8Array, signal?: AbortSignal): Promise<number> {
    this.#lastTyped = bytes.at(-1) ?? this.#lastTyped
    return this.#writer.write(bytes, signal)
  }

  followInput(follower: InputFollower): void {
    this.#input = follower
  }

  async endInput(): Promise<void> {
    const isWithinLine = this.#lastTyped !== undefined && !LINE_ENDS.has(this.#lastTyped)
    // The second one finds an empty line, which is what a reader takes for the end (termios(3), VEOF).
    await this.write(new Uint8Array(isWithinLine ? 2 : 1).fill(END_OF_TRANSMISSION))
  }

  pause(): void {}

  resume(): void {}

  closeOutput(): never {
    throw new PerchError('bad-request', 'the output of a terminal cannot be closed', { hint: 'Detach, or end the session.' })
  }

  resize(size: TerminalSize): void {
    if (this.#isOpen) this.#driver.resize(this.#pair.master, size)
  }

  foregroundGroup(): number | undefined {
    return this.#hasExited ? undefined : foregroundGroupOf(this.pid)
  }

  close(): void {
    if (!this.#isOpen) return
    if (this.#output) {
      this.#output.close()
    } else {
      closeSync(this.#pair.slave)
      closeSync(this.#pair.master)
    }
    this.#release()
  }

  #release(): void {
    this.#isOpen = false
    this.#writer.close()
    this.#ended.raise()
  }
}
