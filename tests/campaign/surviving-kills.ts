/** SIGKILL of the daemon at random moments while sessions write: they are all found again, and no byte of theirs is lost. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { perch, perchText } from '../kit/perch-program.js'
import { killDaemon, listSessions, startSession } from '../kit/perch-session.js'
import { temporaryHome } from '../kit/temporary-home.js'
import type { CampaignRun } from './run.js'

const SESSIONS = 20
/** Each session writes its numbers with pauses, so that every kill meets some of them in the middle of a line. */
const LINES = 3_000
const LONGEST_PAUSE_MS = 400

export async function survivingKills({ random, say }: CampaignRun, rounds: number): Promise<void> {
  await using home = temporaryHome()
  const script = `i=0; while [ $i -lt ${LINES} ]; do i=$((i+1)); echo "$i of ${LINES}"; [ $((i % 50)) = 0 ] && sleep 0.2; done; read end`
  const started = []
  for (let count = 0; count < SESSIONS; count++) started.push(await startSession(home, 'exec', ['--', 'sh', '-c', script]))
  for (let round = 1; round <= rounds; round++) {
    await sleep(random() * LONGEST_PAUSE_MS)
    await perchText(home, ['daemon', 'start'])
    killDaemon(home)
    const live = (await listSessions(home)).filter(({ state }) => state === 'running')
    if (live.length !== SESSIONS) throw new Error(`round ${round}: ${live.length} of ${SESSIONS} sessions are running`)
  }
  const expected = sha256(Array.from({ length: LINES }, (_, index) => `${index + 1} of ${LINES}\n`).join(''))
  for (const { id } of started) {
    await perchText(home, ['send', id, '--eof'])
    const ended = await perch(home, ['wait', id, '--timeout', '60s'], { boundMs: 90_000 })
    const { stdout } = await perch(home, ['logs', id])
    if (ended.code === 124 || sha256(stdout) !== expected) throw new Error(`${id}: ${ended.code}, ${stdout.byteLength} bytes`)
  }
  say(`${rounds} kills of the daemon under ${SESSIONS} busy sessions: every byte is there`)
}

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
