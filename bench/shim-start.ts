/** What a shim adds to the start of an agent, against Node's own start. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Verdict } from '../tests/campaign/verdict.js'
import { ratioBar } from './bars.js'
import { inTurn } from './statistics.js'
import { printTable } from './table.js'
import { openWorkplace, type Workplace } from './workplace.js'

const ROUNDS = 41
/** Of what `node -e 0` takes. */
const BAR = 1.3

export async function benchShimStart(): Promise<readonly Verdict[]> {
  const workplace = openWorkplace()
  try {
    const bin = join(workplace.folder, 'bin')
    mkdirSync(bin)
    // An agent that takes no time of its own.
    symlinkSync('/bin/true', join(bin, 'claude'))
    furnishHome(join(workplace.folder, 'home'))
    workplace.env.PATH = [bin, workplace.env.PATH].join(delimiter)
    workplace.perch('profile', 'add', 'work')
    workplace.perch('shim', 'install', 'claude')
    const shim = join(workplace.folder, 'p/shims/claude')
    const added = (profile: string) => () => timed(workplace, shim, profile) - timed(workplace, join(bin, 'claude'), profile)
    const alone = await inTurn(ROUNDS, { node: workplace.nodeFloor, plain: added('default'), moved: added('work') })
    workplace.perch('exec', 'work', '-d', '--', 'sleep', '600')
    const beside = await inTurn(ROUNDS, { node: workplace.nodeFloor, moved: added('work') })
    const floor = { name: '`node -e 0`', figures: alone.node }
    const floorBeside = { name: '`node -e 0`', figures: beside.node }
    printTable('What a shim adds to the start of an agent', [
      { what: '`node -e 0`', figures: alone.node, note: 'the floor' },
      { what: 'on the plain home', figures: alone.plain, against: floor, note: `bar ${BAR} ×` },
      { what: 'of a profile, its runtime built anew', figures: alone.moved, against: floor },
      { what: 'of a profile that is in use', figures: beside.moved, against: floorBeside },
    ])
    return [
      ratioBar({ row: 'a shim on the plain home, added', how: 'command', figures: alone.plain }, floor, BAR),
      ratioBar({ row: 'a shim of a profile in use, added', how: 'command', figures: beside.moved }, floorBeside, BAR),
      ratioBar({ row: 'a shim of a profile, runtime built anew, added', how: 'command', figures: alone.moved }, floor, BAR),
    ]
  } finally {
    workplace.close()
  }
}

/** What an agent that has been used before has left there. */
function furnishHome(home: string): void {
  mkdirSync(join(home, '.claude'))
  writeFileSync(join(home, '.claude.json'), JSON.stringify({ hasCompletedOnboarding: true, numStartups: 7, theme: 'dark' }))
  writeFileSync(join(home, '.claude', 'settings.json'), JSON.stringify({ permissions: { allow: ['Read'] } }))
}

function timed({ env }: Workplace, program: string, profile: string): number {
  const from = performance.now()
  const { status, stderr } = spawnSync(program, [], {
    env: { ...env, PERCH_PROFILE: profile },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`)
  return performance.now() - from
}
