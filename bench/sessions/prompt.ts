/** A prompt without a line feed: from the line that lets the program ask until the question is seen. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { bundlePath } from '../../src/platform/bundles.js'
import type { Verdict } from '../../tests/campaign/verdict.js'
import { within } from '../../tests/kit/bounded.js'
import { tailBar } from '../bars.js'
import { inTurn } from '../statistics.js'
import { printTable } from '../table.js'
import { openBenchTerminal } from '../terminal.js'
import { openWorkplace, type Workplace } from '../workplace.js'

const ROUNDS = 200
const BAR_MS = 20
const BOUND_MS = 20_000
const PROMPT = '? '
const ASK = `while read -r line; do printf '${PROMPT}'; done`
const SHELL = ['/bin/sh', '-c', `stty -echo; printf READY; ${ASK}`]
const END_OF_TRANSMISSION = '\x04'

interface Asked {
  /** Milliseconds until the prompt is seen. */
  ask(): Promise<number>
  end(): Promise<void>
}

export async function benchPrompt(): Promise<readonly Verdict[]> {
  const workplace = openWorkplace()
  const open: Asked[] = []
  const opened = (asked: Asked) => {
    open.push(asked)
    return () => asked.ask()
  }
  const exec = [process.execPath, bundlePath('perch'), 'exec']
  try {
    workplace.perch('daemon', 'start')
    const figures = await inTurn(ROUNDS, {
      barePipe: opened(onPipes(workplace, ['/bin/sh', '-c', ASK])),
      pipe: opened(onPipes(workplace, [...exec, '--', '/bin/sh', '-c', ASK])),
      barePty: opened(await onTerminal(workplace, SHELL)),
      pty: opened(await onTerminal(workplace, [...exec, '--pty', '--', ...SHELL])),
    })
    const [overPipe, overPty] = [
      { name: 'without perch', figures: figures.barePipe },
      { name: 'without perch', figures: figures.barePty },
    ]
    printTable('A prompt without a line feed, from a line of input until it is seen', [
      { what: 'pipe, without perch', ...overPipe },
      { what: 'pipe, `perch exec`', figures: figures.pipe, against: overPipe, note: `bar ${BAR_MS} ms` },
      { what: 'PTY, without perch', ...overPty },
      { what: 'PTY, `perch exec`', figures: figures.pty, against: overPty, note: `bar ${BAR_MS} ms` },
    ])
    const how = '`perch exec`, input and output'
    return [
      tailBar({ row: 'prompt without a line feed, pipe', how, figures: figures.pipe, beside: overPipe }, BAR_MS),
      tailBar({ row: 'prompt without a line feed, PTY', how, figures: figures.pty, beside: overPty }, BAR_MS),
    ]
  } finally {
    for (const asked of open) await asked.end()
    workplace.close()
  }
}

function onPipes({ folder, env }: Workplace, [program = '', ...args]: readonly string[]): Asked {
  const child = spawn(program, args, { cwd: folder, env, stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  return {
    async ask() {
      const from = performance.now()
      child.stdin.write('\n')
      await within(once(child.stdout, 'data'), BOUND_MS, () => 'the prompt')
      return performance.now() - from
    },
    async end() {
      child.stdin.end()
      await closed
    },
  }
}

async function onTerminal(workplace: Workplace, argv: readonly string[]): Promise<Asked> {
  const terminal = await openBenchTerminal(workplace, argv)
  await terminal.timeUntil('READY')
  return { ask: () => terminal.timeUntil(PROMPT, '\n'), end: () => terminal.end(END_OF_TRANSMISSION) }
}
