/** From a key to its echo, through each contender in turn: the time that a person feels. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Verdict } from '../../tests/campaign/verdict.js'
import { ms } from '../bars.js'
import { contenders } from '../peers.js'
import { type Figures, inTurn } from '../statistics.js'
import { printTable } from '../table.js'
import { type BenchTerminal, keyPresser, openBenchTerminal } from '../terminal.js'
import { openWorkplace } from '../workplace.js'

const ROUNDS = 500
/** Nobody types faster than this: each key meets a program that has come to rest. */
const PAUSE_MS = 10
/** Over a bare PTY. */
const P50_BAR_MS = 0.6
const P99_BAR_MS = 4
/** The terminal echoes at once, as for a shell's prompt; the program only takes the keys away. */
const SCRIPT = 'stty -icanon; printf READY; exec cat >/dev/null'
const INTERRUPT = '\x03'

export async function benchKeystroke(): Promise<readonly Verdict[]> {
  const workplace = openWorkplace()
  const open: BenchTerminal[] = []
  try {
    workplace.perch('daemon', 'start')
    const { there, missing } = contenders(workplace, SCRIPT)
    const presses: [string, () => Promise<number>][] = []
    for (const { name, argv } of there) {
      const terminal = await openBenchTerminal(workplace, argv)
      open.push(terminal)
      await terminal.timeUntil('READY')
      presses.push([name, keyPresser(terminal)])
    }
    const figures: Record<string, Figures> = await inTurn(ROUNDS, {
      ...Object.fromEntries(presses),
      pause: () => sleep(PAUSE_MS, 0),
    })
    return report(
      figures,
      there.map(({ name }) => name),
      missing,
    )
  } finally {
    for (const terminal of open) await terminal.end(INTERRUPT)
    workplace.close()
  }
}

function report(figures: Readonly<Record<string, Figures>>, names: readonly string[], missing: readonly string[]): Verdict[] {
  const { perch, 'bare PTY': bare } = figures
  if (!perch || !bare) throw new Error('perch and the bare PTY are always there')
  const rows = names.flatMap((what) => {
    const own = figures[what]
    return own ? [{ what, figures: own, against: { name: 'bare PTY', figures: bare } }] : []
  })
  printTable('Keystroke to echo, attached', rows)
  const [p50, p99] = [perch.p50 - bare.p50, perch.p99 - bare.p99]
  const others = rows.slice(2).map(({ what, figures: { p50: other } }) => `${what} ${ms(other - bare.p50)}`)
  const absent = missing.map((name) => `${name} is not installed`)
  return [
    {
      row: 'keystroke to echo, attached',
      how: `\`perch exec\` in a terminal, interleaved with ${names.filter((name) => name !== 'perch').join(', ')}`,
      runs: String(perch.runs),
      measured: `p50 ${ms(p50)}, p99 ${ms(p99)} over a bare PTY (p50 of ${[...others, ...absent].join(', ')})`,
      bar: `p50 ≤ ${P50_BAR_MS} ms, p99 ≤ ${P99_BAR_MS} ms over a bare PTY`,
      outcome: p50 <= P50_BAR_MS && p99 <= P99_BAR_MS ? 'met' : 'missed',
    },
  ]
}
