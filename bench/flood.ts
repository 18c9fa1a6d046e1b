/** 50 MB of lines to an attached terminal: until the program has ended and every byte has arrived. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { bundlePath } from '../src/platform/bundles.js'
import { spawnPty } from '../src/platform/pty/pty-process.js'
import { inTurn } from './statistics.js'
import { printTable, type Row } from './table.js'
import { openWorkplace, type Workplace } from './workplace.js'

const ROUNDS = 9
const BYTES = 50_000_000
const FLOOD = `yes ${'0123456789'.repeat(7)} | head -c ${BYTES}`

export async function benchFlood(): Promise<void> {
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
  } finally {
    workplace.close()
  }
}

async function throughTerminal(argv: readonly string[], workplace: Workplace): Promise<{ ms: number; bytes: number }> {
  const [program = '', ...rest] = argv
  const from = performance.now()
  const child = await spawnPty({
    program: '/usr/bin/env',
    argv: ['env', program, ...rest],
    cwd: workplace.folder,
    env: workplace.env,
    size: { cols: 80, rows: 24 },
  })
  let bytes = 0
  child.start({ data: (_, chunk) => (bytes += chunk.byteLength), end: () => undefined })
  await child.exited
  await child.drain(5_000)
  const ms = performance.now() - from
  child.close()
  return { ms, bytes }
}

function isInstalled(program: string): boolean {
  return spawnSync('which', [program]).status === 0
}
