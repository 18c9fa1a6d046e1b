/**
 * SIGKILL of hosts under load, of every third together with the daemon: the session is lost, what it had shown to anybody
 * is in its log, its processes are gone wherever they went, and no other session notices.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { connectHost } from '../../../src/client/host-connection.js'
import { until } from '../../kit/bounded.js'
import { recordedSessions } from '../../kit/home-inspection.js'
import { endProcess, processesMarked } from '../../kit/marked-processes.js'
import { perch, perchText } from '../../kit/perch-program.js'
import { killDaemon, showSession } from '../../kit/perch-session.js'
import { type TestHome, temporaryHome } from '../../kit/temporary-home.js'
import { repeat } from '../repeat.js'
import type { CampaignRun } from '../run.js'
import { type RowSize, runsOf, type Verdict } from '../verdict.js'
import { isBeginning, startBusySession, whatIsLost } from './busy-session.js'

/** Sessions that nobody touches, to be whole at the end. */
const BYSTANDERS = 10
const LONGEST_LIFE_MS = 1_500
const CLEAN_BOUND_MS = 20_000
const WITH_DAEMON_EVERY = 3

export async function killedHosts(run: CampaignRun, size: RowSize): Promise<Verdict> {
  // The sockets of killed hosts stay until somebody looks.
  await using home = temporaryHome({ mayLeave: ['socket'] })
  const bystanders: string[] = []
  for (let count = 0; count < BYSTANDERS; count++) bystanders.push((await startBusySession(home)).id)
  const kills = await repeat(run, { what: 'SIGKILL of a host', rounds: size.rounds, atOnce: 2 }, async ({ index, random }) => {
    const { id } = await startBusySession(home)
    const shown = await watchUntilKilled(home, id, random() * LONGEST_LIFE_MS, index % WITH_DAEMON_EVERY === 0)
    return await whatWasLeft(home, id, shown)
  })
  const kept = await repeat(run, { what: 'bytes of a bystander', rounds: BYSTANDERS, atOnce: 2 }, async ({ index }) =>
    whatIsLost(home, bystanders[index] ?? ''),
  )
  const losses = [...kills.losses, ...kept.losses]
  return {
    row: `SIGKILL of a host beside ${BYSTANDERS} busy sessions`,
    how: 'commands, real daemon and hosts; every third together with the daemon',
    runs: runsOf(size),
    measured: `${losses.length} of ${kills.rounds} lost more than that, left something, or harmed another`,
    bar: '0',
    outcome: losses.length === 0 ? 'met' : 'missed',
  }
}

/** What a viewer had been sent when the host was killed. */
async function watchUntilKilled(home: TestHome, id: string, lifeMs: number, withDaemon: boolean): Promise<Buffer> {
  const recorded = recordedSessions(home.paths).find((session) => session.id === id)
  if (recorded === undefined) throw new Error(`${id} is not recorded`)
  const connection = await connectHost(recorded.socket)
  const shown: Uint8Array[] = []
  try {
    const from = { at: 'offset', offset: 0 } as const
    const { events } = await connection.attach({ mode: 'viewer', from, streams: ['stdout'] })
    const killed = sleep(lifeMs).then(() => {
      if (withDaemon) killDaemonIfThere(home)
      endProcess(recorded.host)
    })
    for await (const event of events) if (event.type === 'data') shown.push(event.bytes)
    await killed
  } finally {
    connection.close()
  }
  return Buffer.concat(shown)
}

/** Another round may have killed it a moment ago. */
function killDaemonIfThere(home: TestHome): void {
  try {
    killDaemon(home)
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('no daemon'))) throw error
  }
}

async function whatWasLeft(home: TestHome, id: string, shown: Buffer): Promise<string | undefined> {
  await perchText(home, ['daemon', 'start'])
  const mark = `PERCH_SESSION=${id}`
  const left = () => processesMarked(home.root).filter(({ environment }) => environment.includes(mark))
  await until(
    async () => (await showSession(home, id)).state === 'lost' && left().length === 0,
    CLEAN_BOUND_MS,
    () => `${id} lost and its processes gone; there are ${left().map(({ command }) => command)}`,
  )
  const { stdout } = await perch(home, ['logs', id])
  if (!isBeginning(stdout)) return `${id}: the log does not hold the beginning of the output`
  const isAllThere = stdout.subarray(0, shown.byteLength).equals(shown)
  return isAllThere ? undefined : `${id}: ${stdout.byteLength} bytes in the log, ${shown.byteLength} had been shown`
}
