/**
 * From `perch attach` to the last of 10,000 lines on the terminal: a screen that is drawn from the model. `node -e 0` is started
 * in the same terminal and timed until it has ended.
 */
import { bundlePath } from '../../src/platform/bundles.js'
import type { Verdict } from '../../tests/campaign/verdict.js'
import { ms } from '../bars.js'
import { inTurn } from '../statistics.js'
import { openBenchTerminal } from '../terminal.js'
import { openWorkplace } from '../workplace.js'

const ROUNDS = 15
const LINES = 10_000
const LAST_LINE = `line ${LINES} of`

export async function benchFirstScreen(): Promise<readonly Verdict[]> {
  const workplace = openWorkplace()
  try {
    const script = `seq -f 'line %.0f of ${LINES}' ${LINES}; exec sleep 600`
    workplace.perch('exec', '-d', '--pty', '--name', 'lines', '--', 'sh', '-c', script)
    const figures = await inTurn(ROUNDS, {
      node: async () => {
        const from = performance.now()
        const terminal = await openBenchTerminal(workplace, [process.execPath, '-e', '0'])
        await terminal.ended()
        return performance.now() - from
      },
      attach: async () => {
        const from = performance.now()
        const terminal = await openBenchTerminal(workplace, [process.execPath, bundlePath('perch'), 'attach', 'lines'])
        await terminal.timeUntil(LAST_LINE)
        const spent = performance.now() - from
        await terminal.close()
        return spent
      },
    })
    const ratio = figures.attach.p50 / figures.node.p50
    return [
      {
        row: `attach to first full screen, ${LINES} lines held`,
        how: '`perch attach` in a terminal, drawn from the model',
        runs: String(ROUNDS),
        measured: `p50 ${ms(figures.attach.p50)} = ${ratio.toFixed(2)} × \`node -e 0\``,
        bar: '≤ 1.3 × `node -e 0`',
        outcome: ratio <= 1.3 ? 'met' : 'missed',
      },
    ]
  } finally {
    workplace.close()
  }
}
