/** Ten commands at once where there is nothing yet: each succeeds, and there is one daemon. */

import { until } from '../kit/bounded.js'
import { processesMarked } from '../kit/marked-processes.js'
import { perchText } from '../kit/perch-program.js'
import { listSessions } from '../kit/perch-session.js'
import { temporaryHome } from '../kit/temporary-home.js'
import type { CampaignRun } from './run.js'

const COMMANDS = 10
const SETTLE_MS = 2_000

export async function startAtOnce({ say }: CampaignRun, rounds: number): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    await using home = temporaryHome()
    const commands = Array.from({ length: COMMANDS }, (_, index) => perchText(home, ['exec', '--', 'echo', `${index}`]))
    const answers = await Promise.all(commands)
    if (answers.some((answer, index) => answer !== `${index}`)) throw new Error(`answers: ${answers}`)
    const sessions = await listSessions(home)
    if (sessions.length !== COMMANDS) throw new Error(`${sessions.length} sessions`)
    // One that lost the race, or a child between fork and exec, looks like a daemon for a moment.
    const daemons = () => processesMarked(home.root).filter(({ command }) => command.includes('perchd.cjs'))
    await until(
      () => daemons().length === 1,
      SETTLE_MS,
      () => `one daemon; there are ${daemons().length}`,
    )
  }
  say(`${rounds} × ${COMMANDS} commands at once: one daemon each time`)
}
