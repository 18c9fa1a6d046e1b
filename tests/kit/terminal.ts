/**
 * A program in a real PTY, looked at through a terminal model: types keys, waits for text on the screen, resizes. The
 * terminal is closed with its owner, which hangs the program up.
 */
import type { TerminalSize, WaitStatus } from '../../src/platform/process/owned-process.js'
import { spawnPty } from '../../src/platform/pty/pty-process.js'
import { within } from './bounded.js'
import { perchBundle } from './perch-program.js'
import type { TestHome } from './temporary-home.js'
import { type TerminalModel, terminalModel } from './terminal-model.js'

export interface OpenTerminal extends AsyncDisposable, Omit<TerminalModel, 'feed' | 'dispose' | 'resize'> {
  readonly pid: number
  /** Everything the program wrote, as bytes. */
  output(): Buffer
  /** Resolves when the screen shows the text (lines joined by a line feed); rejects with the screen at the bound. */
  waitForText(wanted: string | RegExp, boundMs?: number): Promise<void>
  /** Resolves when the condition holds after some output; rejects with the screen at the bound. */
  waitUntil(holds: () => boolean, what: string, boundMs?: number): Promise<void>
  type(keys: string | Uint8Array): Promise<void>
  resize(size: TerminalSize): void
  /** The wait status once the program has ended and its last output is on the screen; bounded. */
  exit(boundMs?: number): Promise<WaitStatus>
}

export interface TerminalOptions {
  readonly size?: TerminalSize | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly cwd?: string | undefined
}

const DEFAULT_SIZE: TerminalSize = { cols: 80, rows: 24 }

/** A full-screen agent takes two seconds to its first screen here, and three times that beside another test. */
const DEFAULT_BOUND_MS = 20_000

/** How long a closed terminal's program may take to die of the hang-up before it is killed. */
const HANG_UP_MS = 2_000

/** `perch ARGS` in a terminal of its own. */
export function openTerminal(home: TestHome, args: readonly string[], options: TerminalOptions = {}): Promise<OpenTerminal> {
  return openProgramTerminal(home, [process.execPath, perchBundle(), ...args], options)
}

/** Any program (absolute path first) in a terminal of its own. */
export async function openProgramTerminal(
  home: TestHome,
  argv: readonly [string, ...string[]],
  options: TerminalOptions = {},
): Promise<OpenTerminal> {
  const size = options.size ?? DEFAULT_SIZE
  const env = { ...home.env, ...options.env }
  const child = await spawnPty({ program: argv[0], argv, cwd: options.cwd ?? home.home, env, size })
  const written: Buffer[] = []
  const looking = new Set<() => void>()
  const look = () => {
    for (const one of [...looking]) one()
  }
  // The model's answers go to a program that may just have ended: then nobody is there to read them.
  const model = terminalModel(size, (bytes) => void child.write(Buffer.from(bytes)).catch(() => undefined))
  child.start({
    data(_, bytes) {
      const copy = Buffer.from(bytes)
      written.push(copy)
      void model.feed(copy).then(look)
    },
    end: look,
  })
  const ended = child.exited.then(async (status) => {
    await child.drain(HANG_UP_MS)
    await model.feed(new Uint8Array(0))
    return status
  })
  const show = () => `${argv.join(' ')} shows:\n${model.screen().join('\n').trimEnd()}`
  const waitUntil = (holds: () => boolean, what: string, boundMs = DEFAULT_BOUND_MS) => {
    let one = () => {}
    const seen = new Promise<void>((resolve) => {
      one = () => {
        if (holds()) resolve()
      }
      looking.add(one)
      one()
    })
    return within(seen, boundMs, () => `${what}; ${show()}`).finally(() => looking.delete(one))
  }
  return {
    ...model,
    pid: child.pid,
    output: () => Buffer.concat(written),
    waitUntil,
    waitForText: (wanted, boundMs) =>
      waitUntil(() => matches(model.screen().join('\n'), wanted), `${wanted} on the screen`, boundMs),
    async type(keys) {
      await child.write(typeof keys === 'string' ? Buffer.from(keys) : keys)
    },
    resize(next) {
      model.resize(next)
      child.resize(next)
    },
    exit: (boundMs = DEFAULT_BOUND_MS) => within(ended, boundMs, () => `the end; ${show()}`),
    async [Symbol.asyncDispose]() {
      child.close()
      // The program leads a group: what it started goes with it.
      await within(child.exited, HANG_UP_MS, () => 'the hang-up').catch(() => process.kill(-child.pid, 'SIGKILL'))
      await within(child.exited, HANG_UP_MS, () => `the end, after SIGKILL; ${show()}`)
      model.dispose()
    },
  }
}

function matches(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)
}
