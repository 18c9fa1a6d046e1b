/** How long the short commands take, against Node's own start. */
import type { Verdict } from '../tests/campaign/verdict.js'
import { ratioBar } from './bars.js'
import { inTurn } from './statistics.js'
import { printTable } from './table.js'
import { openWorkplace } from './workplace.js'

const ROUNDS = 21
const SESSIONS = 100

export async function benchCliStart(): Promise<readonly Verdict[]> {
  const workplace = openWorkplace()
  try {
    workplace.perch('daemon', 'start')
    const empty = await inTurn(ROUNDS, {
      node: workplace.nodeFloor,
      version: () => workplace.perch('--version'),
      help: () => workplace.perch('help'),
      ls: () => workplace.perch('ls'),
      exec: () => workplace.perch('exec', '--', 'true'),
      detached: () => workplace.perch('exec', '-d', '--', 'true'),
    })
    for (let i = 0; i < SESSIONS; i++) workplace.perch('exec', '-d', '--', 'sleep', '600')
    const full = await inTurn(ROUNDS, { node: workplace.nodeFloor, ls: () => workplace.perch('ls') })
    const floor = { name: '`node -e 0`', figures: empty.node }
    printTable('Commands, start to finish (daemon up)', [
      { what: '`node -e 0`', figures: empty.node, note: 'the floor' },
      { what: '`perch --version`', figures: empty.version, against: floor },
      { what: '`perch help`', figures: empty.help, against: floor },
      { what: '`perch ls`', figures: empty.ls, against: floor },
      {
        what: `\`perch ls\`, ${SESSIONS} sessions`,
        figures: full.ls,
        against: { name: '`node -e 0`', figures: full.node },
        note: 'bar 1.3 ×',
      },
      { what: '`perch exec -- true`', figures: empty.exec, against: floor, note: 'bar 3 ×' },
      { what: '`perch exec -d -- true`', figures: empty.detached, against: floor },
    ])
    return [
      ratioBar({ row: '`perch exec -- true`, start to finish', how: 'command', figures: empty.exec }, floor, 3),
      ratioBar(
        { row: `\`perch ls\`, ${SESSIONS} sessions`, how: 'command', figures: full.ls },
        { name: floor.name, figures: full.node },
        1.3,
      ),
    ]
  } finally {
    workplace.close()
  }
}
