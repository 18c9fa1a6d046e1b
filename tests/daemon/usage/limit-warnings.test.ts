/** A limit that is nearly reached is told once in its period, by a real daemon that may die at any moment. */
import { expect, test } from 'vitest'
import { connectPerch } from '../../../src/client/perch-client.js'
import { stopDaemon } from '../../../src/client/stop-daemon.js'
import { SignalFile } from '../../../src/host/signals/signal-file.js'
import { sessionFolder } from '../../../src/platform/paths.js'
import { identifyProcess, livenessOf } from '../../../src/platform/process/process-identity.js'
import { until } from '../../kit/bounded.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { clientOf, commandSession, daemonPid, killDaemon, TEST_BOUND_MS } from '../kit/sessions.js'
import { windows } from './signals.js'

test.each(['usage-warning-noted', 'usage-warning-told'])(
  'a daemon that dies at %s leaves a warning told once',
  async (failpoint) => {
    await using home = temporaryHome()
    const client = clientOf(home)
    const { session } = await client.createSession(commandSession(home, ['sleep', '1000']))
    await stopDaemon(home.paths, home.env)
    const dying = connectPerch({ paths: home.paths, env: { ...home.env, PERCH_FAILPOINT: failpoint }, autostart: true })
    await dying.daemon()
    const daemon = identifyProcess(daemonPid(home)) ?? expect.fail('it runs')
    new SignalFile(sessionFolder(home.paths, session.id)).append([
      windows(Date.now(), [{ kind: '5h', usedPercent: 90, resetsAt: Date.now() + 3_600_000 }]),
    ])
    // It dies of it, and the client may have asked again so early that it met the same one.
    await dying.usage().catch(() => undefined)
    await until(
      () => livenessOf(daemon) === 'dead',
      TEST_BOUND_MS,
      () => 'the death of the daemon',
    )
    await client.usage()
    const warnings = async () => {
      let count = 0
      for await (const { type } of client.events({ since: 0, follow: false })) if (type === 'usage-warning') count += 1
      return count
    }
    await until(
      async () => (await warnings()) > 0,
      TEST_BOUND_MS,
      () => 'the warning',
    )
    await killDaemon(home)
    await client.usage()
    expect(await warnings()).toBe(1)
  },
)

test('a limit that is nearly reached is told once a period, whatever dies', async () => {
  await using home = temporaryHome()
  const client = clientOf(home)
  await client.createProfile({ name: 'work', agent: 'command', env: {} })
  await client.changeProfile('work', { changes: [{ key: ['warn-at'], value: 50 }] })
  const { session } = await client.createSession(commandSession(home, ['sleep', '1000'], { profile: 'work' }))
  const signals = new SignalFile(sessionFolder(home.paths, session.id))
  const now = Date.now()
  const tell = async (usedPercent: number, resetsAt: number) => {
    signals.append([windows(Date.now(), [{ kind: '5h', usedPercent, resetsAt }])])
    await client.usage()
  }
  await tell(49, now + 3_600_000)
  await tell(51, now + 3_600_000)
  await killDaemon(home)
  await tell(70, now + 3_600_000)
  await tell(80, now + 9 * 3_600_000)
  const told: unknown[] = []
  for await (const event of client.events({ since: 0, follow: false })) {
    if (event.type === 'usage-warning') told.push([event.profile, event.window, event.usedPercent, event.resetsAt])
  }
  expect(told).toEqual([
    ['work', '5h', 51, new Date(now + 3_600_000).toISOString()],
    ['work', '5h', 80, new Date(now + 9 * 3_600_000).toISOString()],
  ])
  expect((await client.usage()).profiles.find(({ name }) => name === 'work')).toMatchObject({ warnAt: 50 })
})
