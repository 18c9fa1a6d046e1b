/** A child of `spawnPty` or `spawnPipes` whose output is kept and can be waited for; ended with its owner. */

import { type PipeSpawnOptions, spawnPipes } from '../../src/platform/pipe/pipe-process.js'
import type { OutputStream, OwnedProcess, WaitStatus } from '../../src/platform/process/owned-process.js'
import { resolveProgram } from '../../src/platform/process/resolve-program.js'
import { type PtySpawnOptions, spawnPty } from '../../src/platform/pty/pty-process.js'
import { within } from '../kit/bounded.js'
import type { TemporaryHome } from '../kit/temporary-home.js'

/** Generous: two test files run beside each other on two cores. */
export const BOUND_MS = 20_000

export interface WatchedChild extends AsyncDisposable {
  readonly child: OwnedProcess
  /** What came from the stream so far. */
  output(stream?: OutputStream): Buffer
  text(stream?: OutputStream): string
  /** `data` and `end` in the order in which they came, one `data` for several in a row. */
  events(): readonly string[]
  /** Resolves when the text has come. */
  saw(text: string, stream?: OutputStream): Promise<void>
  type(keys: string): Promise<number>
  /** The wait status, after the streams ended. */
  finished(drainMs?: number): Promise<WaitStatus>
}

export type ChildOptions<T> = Partial<Omit<T, 'argv'>>

export async function watchPty(
  home: TemporaryHome,
  argv: readonly [string, ...string[]],
  options: ChildOptions<PtySpawnOptions> = {},
): Promise<WatchedChild> {
  return watch(await spawnPty({ ...defaults(home, argv, options.program), size: { cols: 80, rows: 24 }, ...options }), 'pty')
}

export async function watchPipes(
  home: TemporaryHome,
  argv: readonly [string, ...string[]],
  options: ChildOptions<PipeSpawnOptions> = {},
): Promise<WatchedChild> {
  return watch(await spawnPipes({ ...defaults(home, argv, options.program), mergeStderr: false, ...options }), 'stdout')
}

function defaults(home: TemporaryHome, argv: readonly [string, ...string[]], program: string | undefined) {
  return {
    program: program ?? resolveProgram(argv[0], { path: home.env.PATH, cwd: home.home }),
    argv,
    cwd: home.home,
    env: home.env,
  }
}

function watch(child: OwnedProcess, main: OutputStream): WatchedChild {
  const parts = new Map<OutputStream, Buffer[]>(child.streams.map((stream) => [stream, []]))
  const events: string[] = []
  const looking = new Set<() => void>()
  const note = (event: string) => {
    if (events.at(-1) !== event) events.push(event)
    for (const look of [...looking]) look()
  }
  child.start({
    data(stream, bytes) {
      parts.get(stream)?.push(Buffer.from(bytes))
      note(`${stream} data`)
    },
    end: (stream) => note(`${stream} end`),
  })
  const output = (stream = main) => Buffer.concat(parts.get(stream) ?? [])
  const text = (stream = main) => output(stream).toString('utf8')
  return {
    child,
    output,
    text,
    events: () => events,
    saw(wanted, stream = main) {
      let look = () => {}
      const seen = new Promise<void>((resolve) => {
        look = () => {
          if (text(stream).includes(wanted)) resolve()
        }
        looking.add(look)
        look()
      })
      const found = within(seen, BOUND_MS, () => `${JSON.stringify(wanted)} in ${JSON.stringify(text(stream).slice(-2_000))}`)
      return found.finally(() => looking.delete(look))
    },
    type: (keys) => child.write(Buffer.from(keys)),
    async finished(drainMs = BOUND_MS) {
      const status = await within(child.exited, BOUND_MS, () => `the exit after ${JSON.stringify(text().slice(-2_000))}`)
      await within(child.drain(drainMs), BOUND_MS + drainMs, () => 'the end of the streams')
      return status
    },
    async [Symbol.asyncDispose]() {
      child.close()
      // A child that outlives its hang-up: it is not collected yet, so the pid is still its own.
      const ended = await within(child.exited, HANG_UP_MS, () => 'the hang-up').catch(() => undefined)
      if (ended === undefined) process.kill(child.pid, 'SIGKILL')
      await within(child.exited, BOUND_MS, () => 'the end after SIGKILL')
    },
  }
}

const HANG_UP_MS = 500
