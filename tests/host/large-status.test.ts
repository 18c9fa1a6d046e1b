/** What a session tells of itself fits into a frame, whatever its clients put there. */
import { expect, test } from 'vitest'
import { temporaryHome } from '../kit/temporary-home.js'
import { startHost } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

test('the status and the exit of a session with as many tees to as long commands as there can be', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, { argv: ['cat'] })
  await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
  const command = `cat > /dev/null # ${'x'.repeat(100_000)}`
  const added = () => reader.channel.request('addTee', { target: { kind: 'command', command, cwd: '/', env: {} } })
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, added))
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(10)
  expect((await reader.status()).tees.length).toBeGreaterThan(10)
  await reader.endInput()
  expect(await reader.untilClosed()).toEqual({ reason: 'ended' })
  expect(reader.exit?.exit.code).toBe(0)
})
