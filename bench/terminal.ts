/** A program in a terminal of its own, typed to and read as fast as this process can: what a person sits at. */
import { spawnPty } from '../src/platform/pty/pty-process.js'
import { within } from '../tests/kit/bounded.js'
import type { Workplace } from './workplace.js'

export interface BenchTerminal {
  /** Types, and gives the milliseconds until the text came back. */
  timeUntil(text: string, typed?: string): Promise<number>
  /** Types; the program is expected to end of it. */
  end(typed: string): Promise<void>
  /** Resolves when the program has ended by itself. */
  ended(): Promise<void>
  /** Hangs up. */
  close(): Promise<void>
}

/** A peer that draws nothing for this long hangs. */
const BOUND_MS = 20_000
const DRAIN_MS = 1_000

/** Starts `argv`, looked up on the PATH, in 80 × 24. */
export async function openBenchTerminal(workplace: Workplace, argv: readonly string[]): Promise<BenchTerminal> {
  const child = await spawnPty({
    program: '/usr/bin/env',
    argv: ['env', ...argv],
    cwd: workplace.folder,
    env: workplace.env,
    size: { cols: 80, rows: 24 },
  })
  let seen = ''
  let look = () => {}
  child.start({
    data(_, bytes) {
      seen += Buffer.from(bytes).toString('latin1')
      look()
    },
    end: () => look(),
  })
  const ended = () => within(child.exited, BOUND_MS, () => `the end of ${argv.join(' ')}, which showed ${seen.slice(-200)}`)
  const shown = (text: string) =>
    new Promise<number>((resolve) => {
      look = () => {
        if (seen.includes(text)) resolve(performance.now())
      }
      look()
    })
  return {
    async timeUntil(text, typed) {
      const from = performance.now()
      if (typed !== undefined) {
        seen = ''
        void child.write(Buffer.from(typed, 'latin1'))
      }
      return (await within(shown(text), BOUND_MS, () => `${text} from ${argv.join(' ')}; it showed ${seen.slice(-200)}`)) - from
    },
    async end(typed) {
      await child.write(Buffer.from(typed, 'latin1'))
      await ended()
      await child.drain(DRAIN_MS)
      child.close()
    },
    async ended() {
      await ended()
      child.close()
    },
    async close() {
      child.close()
      await ended()
    },
  }
}

/** No sequence that a multiplexer draws with ends in one of them. */
const KEYS = 'wxyz'

/** Presses one key after the other; each gives the milliseconds until its echo. */
export function keyPresser(terminal: Pick<BenchTerminal, 'timeUntil'>): () => Promise<number> {
  let pressed = 0
  return () => {
    const key = KEYS[pressed++ % KEYS.length] ?? ''
    return terminal.timeUntil(key, key)
  }
}
