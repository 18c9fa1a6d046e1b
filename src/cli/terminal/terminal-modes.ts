/**
 * The modes (termios) of the person's terminal, in two steps. Keys come raw by Node's own raw mode, which is one call and
 * remembers all the modes that it found. That leaves output processing on, which rewrites line feeds and which only `stty`
 * can switch off: starting a program takes Node 9–14 ms of doing nothing else, time in which a screen that needs no exact
 * line feeds can be seen already.
 */
import { closeSync, constants, openSync } from 'node:fs'
import { delimiter } from 'node:path'
import type { ReadStream } from 'node:tty'
import { messageOf, PerchError } from '../../platform/perch-error.js'

const STTY_TIMEOUT_MS = 2_000

/** Without waiting for output to drain where `stty` can (GNU): a stopped terminal never drains. */
const OUTPUT_AS_IT_IS = 'stty -drain -opost 2>/dev/null || stty -opost'

export class TerminalModes {
  readonly #stream: ReadStream
  #exact: Promise<void> | undefined

  constructor(stream: ReadStream) {
    this.#stream = stream
  }

  /**
   * Every key is read at once, none of them is a signal. On a terminal that is stopped it waits until that goes on.
   * @throws PerchError `no-terminal`
   */
  takeKeys(): void {
    this.#stream.setRawMode(true)
    // A failure is an event of the stream.
    if (!this.#stream.isRaw) throw refused(new Error('its modes cannot be set'))
    // Whatever ends perch from inside, the shell gets a terminal that echoes.
    process.once('exit', this.#restoreNow)
  }

  /**
   * Every byte that is written from then on arrives as it is.
   * @throws PerchError `no-terminal`
   */
  passOutput(): Promise<void> {
    this.#exact ??= runOnTerminal(OUTPUT_AS_IT_IS)
    return this.#exact
  }

  /**
   * Sets everything back to what it was. Calling it again does nothing; a terminal that is gone is no failure. One that takes
   * no output (`isStuck`) is left to the end of the process, where Node itself gives back the modes of its standard streams:
   * `setRawMode` would wait for the output without end, and that does not.
   */
  async restore({ isStuck }: { readonly isStuck: boolean }): Promise<void> {
    // It would be later than what follows. A failure was told to whoever asked for it.
    await this.#exact?.catch(() => undefined)
    process.off('exit', this.#restoreNow)
    if (!isStuck) this.#restoreNow()
  }

  readonly #restoreNow = (): void => {
    if (this.#stream.isRaw) this.#stream.setRawMode(false)
  }
}

/** On `/dev/tty`. The child makes its descriptor blocking, so it must not share perch's own open of the terminal. */
async function runOnTerminal(script: string): Promise<void> {
  // A tenth of what it takes to draw the first screen, if it were loaded before.
  const { spawn } = await import('node:child_process')
  const fd = openSync('/dev/tty', constants.O_RDWR | constants.O_NOCTTY)
  try {
    const child = spawn('sh', ['-c', script], {
      stdio: [fd, 'ignore', 'ignore'],
      env: searchableEnvironment(),
      timeout: STTY_TIMEOUT_MS,
      killSignal: 'SIGKILL',
    })
    await new Promise<void>((resolve, reject) => {
      child.once('error', (cause) => reject(refused(cause)))
      child.once('close', (code) =>
        code === 0 ? resolve() : reject(refused(new Error(`stty ended with ${code ?? 'a signal'}`))),
      )
    })
  } finally {
    closeSync(fd)
  }
}

/** A person's PATH may lack the folders of the system's own programs. */
function searchableEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: [process.env.PATH, '/bin', '/usr/bin'].filter(Boolean).join(delimiter) }
}

function refused(cause: unknown): PerchError {
  return new PerchError('no-terminal', `the terminal cannot be switched to raw mode: ${messageOf(cause)}`, {
    cause,
    hint: 'perch logs -f follows the output without a terminal.',
  })
}
