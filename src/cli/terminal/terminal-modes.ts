/**
 * The modes (termios) of the controlling terminal, saved, set raw and restored by `stty`: Node's own raw mode leaves output
 * processing on, which rewrites line feeds, and cannot tell the modes it found. Measured: 6–14 ms for one start of it.
 */
import { type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { delimiter } from 'node:path'
import { errnoOf, messageOf, PerchError } from '../../platform/perch-error.js'

/** `stty` waits for output to drain, which a stopped terminal never does. */
const STTY_TIMEOUT_MS = 2_000

/** `raw` of GNU, BSD and busybox leaves echo and the extended characters (Ctrl-V) alone. */
const SAVE_AND_SET_RAW = 'saved=$(stty -g) && stty raw -echo -iexten && printf %s "$saved"'

export interface SavedModes {
  /** Sets the terminal back to what it was. Calling it again does nothing; a terminal that is gone is no failure. */
  restore(): Promise<void>
}

/**
 * Saves the modes and switches to raw.
 * @throws PerchError `no-terminal` when the terminal cannot be switched
 */
export async function enterRawMode(): Promise<SavedModes> {
  const saved = await runOnTerminal('sh', ['-c', SAVE_AND_SET_RAW])
  let isRestored = false
  // Whatever ends perch from inside, the shell gets a terminal that echoes.
  const restoreAtExit = () => {
    if (isRestored) return
    isRestored = true
    restoreNow(saved)
  }
  process.once('exit', restoreAtExit)
  return {
    restore: async () => {
      if (isRestored) return
      isRestored = true
      process.off('exit', restoreAtExit)
      if (isTerminalThere()) await runOnTerminal('stty', [saved]).catch(() => restoreNow(saved))
    },
  }
}

/**
 * Without waiting for output to drain where `stty` can (GNU): the terminal may be stopped. One that is gone (its window was
 * closed) has no modes any more.
 */
function restoreNow(saved: string): void {
  if (!isTerminalThere()) return
  withTerminal((fd) => {
    const options: SpawnSyncOptions = { stdio: [fd, 'ignore', 'ignore'], env: searchableEnvironment(), timeout: STTY_TIMEOUT_MS }
    const { status } = spawnSync('stty', ['-drain', saved], options)
    if (status !== 0) spawnSync('stty', [saved], options)
  })
}

function runOnTerminal(program: string, args: readonly string[]): Promise<string> {
  return withTerminal(
    (fd) =>
      new Promise<string>((resolve, reject) => {
        const child = spawn(program, args, {
          // The child makes this descriptor blocking, so it must not share perch's own open of the terminal.
          stdio: [fd, 'pipe', 'ignore'],
          env: searchableEnvironment(),
          timeout: STTY_TIMEOUT_MS,
          killSignal: 'SIGKILL',
        })
        let output = ''
        child.stdout?.setEncoding('utf8').on('data', (text: string) => {
          output += text
        })
        child.once('error', (cause) => reject(refused(cause)))
        child.once('close', (code) => {
          if (code === 0) resolve(output.trim())
          else reject(refused(new Error(`${program} ended with ${code ?? 'a signal'}`)))
        })
      }),
  )
}

/** `/dev/tty` open for a child that is started inside `use`, which has its own copy from then on. */
function withTerminal<T>(use: (fd: number) => T): T {
  const fd = openSync('/dev/tty', constants.O_RDWR | constants.O_NOCTTY)
  try {
    return use(fd)
  } finally {
    closeSync(fd)
  }
}

function isTerminalThere(): boolean {
  try {
    withTerminal(() => {})
    return true
  } catch (error) {
    // EIO: hung up while it was opened.
    if (['ENXIO', 'EIO', 'ENODEV'].includes(errnoOf(error) ?? '')) return false
    throw error
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
