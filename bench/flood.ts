/**
 * 50 MB of lines to an attached terminal: from the key that starts them until the last byte has arrived. What a start and an
 * end cost is measured elsewhere (`cli-start.ts`); here it would count 200 ms of starting Node twice as output.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { bundlePath } from '../src/platform/bundles.js'
import { spawnPty } from '../src/platform/pty/pty-process.js'
import type { Verdict } from '../tests/campaign/verdict.js'
import { within } from '../tests/kit/bounded.js'
import { ratioBar } from './bars.js'
import { type Figures, inTurn } from './statistics.js'
import { printTable, type Row } from './table.js'
import { openWorkplace, type Workplace } from './workplace.js'

const ROUNDS = 9
const BYTES = 50_000_000
/** The quotes keep both words out of the command line, which some show as a title. The end stays for its reader to see. */
const FLOOD = `printf 'rea''dy'; read -r go; yes ${'0123456789'.repeat(7)} | head -c ${BYTES}; printf 'flood ov''er'; read -r end`
/** Of a session whose screen is kept: it has asked its terminal something while nobody was attached. */
const MODELLED = 'perch, screen kept'
const ATTACHED = '"$1" "$2" exec -d --pty --name f$$ -- sh -c "$3" >/dev/null && exec "$1" "$2" attach f$$'
const READY = 'ready'
const OVER = 'flood over'
/** Of a slow peer on a busy machine. */
const BOUND_MS = 60_000
const DRAIN_MS = 5_000
const ENTER = new Uint8Array([0x0d])
const LOOK_BYTES = 1024

export async function benchFlood(): Promise<readonly Verdict[]> {
  const workplace = openWorkplace()
  const received = new Map<string, number>()
  try {
    workplace.perch('daemon', 'start')
    const measure = (name: string, argv: readonly string[]) => async () => {
      const { ms, bytes } = await throughTerminal(argv, workplace)
      received.set(name, bytes)
      return ms
    }
    const socket = join(workplace.folder, 'dtach.sock')
    const peers: Record<string, readonly string[]> = {
      'bare PTY': ['/bin/sh', '-c', FLOOD],
      perch: [process.execPath, bundlePath('perch'), 'exec', 'default', '--pty', '--', 'sh', '-c', FLOOD],
      [MODELLED]: ['/bin/sh', '-c', ATTACHED, 'sh', process.execPath, bundlePath('perch'), `printf '\\033[6n'; ${FLOOD}`],
      dtach: ['dtach', '-c', socket, '-E', '-z', '/bin/sh', '-c', FLOOD],
      tmux: ['tmux', '-L', 'perch-bench', '-f', '/dev/null', 'new-session', FLOOD],
      screen: ['screen', '-c', '/dev/null', '/bin/sh', '-c', FLOOD],
    }
    const there = Object.entries(peers).filter(([, [program]]) => program?.startsWith('/') || isInstalled(program ?? ''))
    const figures = await inTurn(ROUNDS, Object.fromEntries(there.map(([name, argv]) => [name, measure(name, argv)])))
    const yardstick = figures.dtach ? 'dtach' : 'bare PTY'
    const rows = there.flatMap(([name]): Row[] => {
      const [own, other] = [figures[name], figures[yardstick]]
      if (!own || !other) return []
      const note = `${((received.get(name) ?? 0) / 1e6).toFixed(1)} MB arrived${name === 'perch' ? '; bar 1.15 × dtach' : ''}`
      return [{ what: name, figures: own, against: { name: yardstick, figures: other }, note }]
    })
    printTable('A flood of 50 MB to an attached terminal', rows)
    for (const name of Object.keys(peers)) if (!figures[name]) console.log(`\n${name} is not installed here: no row.`)
    return verdictOn(figures, yardstick, received.get('perch') ?? 0)
  } finally {
    workplace.close()
  }
}

function verdictOn(figures: Readonly<Record<string, Figures>>, yardstick: string, bytes: number): readonly Verdict[] {
  const { perch, [yardstick]: other } = figures
  if (!perch || !other) throw new Error('perch and the yardstick were measured')
  const row = 'flood of 50 MB to an attached client'
  const verdict = ratioBar({ row, how: '`perch exec` in a terminal', figures: perch }, { name: yardstick, figures: other }, 1.15)
  const isWhole = bytes >= BYTES
  const peer = yardstick === 'dtach' ? '' : '; dtach is not installed'
  return [
    {
      ...verdict,
      measured: `${verdict.measured}, ${(bytes / 1e6).toFixed(1)} MB arrived${peer}`,
      outcome: isWhole ? verdict.outcome : 'missed',
    },
  ]
}

async function throughTerminal(argv: readonly string[], workplace: Workplace): Promise<{ ms: number; bytes: number }> {
  const [program = '', ...rest] = argv
  const child = await spawnPty({
    program: '/usr/bin/env',
    argv: ['env', program, ...rest],
    cwd: workplace.folder,
    env: workplace.env,
    size: { cols: 80, rows: 24 },
  })
  let bytes = 0
  let tail = ''
  let look = () => {}
  const shown = (text: string) => {
    const seen = new Promise<void>((resolve) => {
      look = () => {
        if (tail.includes(text)) resolve()
      }
      look()
    })
    return within(seen, BOUND_MS, () => `${JSON.stringify(text)} from ${argv.join(' ')}; it showed ${JSON.stringify(tail)}`)
  }
  const data = (_: unknown, chunk: Uint8Array) => {
    bytes += chunk.byteLength
    // tmux draws its status line behind the text: a little more than the text is looked at.
    tail = (tail + Buffer.from(chunk.subarray(-LOOK_BYTES)).toString('latin1')).slice(-2 * LOOK_BYTES)
    look()
  }
  child.start({ data, end: () => undefined })
  try {
    await shown(READY)
    const [from, before] = [performance.now(), bytes]
    await child.write(ENTER)
    await shown(OVER)
    const measured = { ms: performance.now() - from, bytes: bytes - before }
    await child.write(ENTER)
    await within(child.exited, BOUND_MS, () => `the end of ${argv.join(' ')}`)
    await child.drain(DRAIN_MS)
    return measured
  } finally {
    child.close()
  }
}

function isInstalled(program: string): boolean {
  return spawnSync('which', [program]).status === 0
}
