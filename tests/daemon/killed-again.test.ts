/** The daemon SIGKILLed again and again under sessions that write, are read and come to their end: none of them notices. */
import { expect, test } from 'vitest'
import type { PerchClient } from '../../src/client/perch-client.js'
import { HostReader } from '../host/kit/host-reader.js'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { clientOf, ended, killDaemon, logText, startScript, TEST_BOUND_MS } from './kit/sessions.js'

const KILLS = 6
const BUSY = 8
/** Numbered lines until it is told to stop. */
const COUNTER = 'n=0; while [ ! -e stop ]; do n=$((n+1)); echo "$n"; [ $((n % 50)) = 0 ] && sleep 0.01; done; exit 9'

function expectCounted(text: string): void {
  const lines = text.split('\n').slice(0, -1)
  expect(lines).toEqual(lines.map((_, index) => String(index + 1)))
  expect(lines.length).toBeGreaterThan(0)
}

/** Asks until an answer comes: commands that were under way when the daemon died fail, those after it start the next. */
function answered<T>(ask: () => Promise<T>): Promise<T> {
  const look = () => ask().catch(() => undefined)
  return until(look, TEST_BOUND_MS, () => 'the daemon to answer')
}

test('every list is complete, every byte is there, every end is known', { timeout: 120_000 }, async () => {
  await using home = temporaryHome()
  const client: PerchClient = clientOf(home)
  const busy = await Promise.all(
    Array.from({ length: BUSY }, (_, index) => startScript(client, home, COUNTER, { name: `busy-${index}` })),
  )
  const { socket } = await client.endpoint('busy-0')
  await using reader = await HostReader.attach(socket ?? '')
  const endedMeanwhile: string[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const short = await answered(() => startScript(client, home, `echo short; exit ${kill}`))
    endedMeanwhile.push(short.id)
    const asking = Array.from({ length: 5 }, () => client.listSessions({ all: true }).catch(() => undefined))
    await killDaemon(home)
    await Promise.all(asking)
    const { sessions } = await answered(() => client.listSessions())
    const names = sessions.filter(({ state }) => state === 'running').map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(busy.map(({ name }) => name)))
  }
  for (const [code, id] of endedMeanwhile.entries()) expect(await ended(client, id)).toMatchObject({ exit: { code } })
  await startScript(client, home, ': > stop')
  for (const { id } of busy) {
    expect(await ended(client, id)).toMatchObject({ state: 'exited', exit: { code: 9, outcome: 'exited' } })
    expectCounted(await logText(client, id, 'stdout'))
  }
  expect(await reader.untilClosed()).toEqual({ reason: 'ended' })
  expect(reader.gaps).toEqual([])
  expectCounted(reader.text('stdout'))
})
