/** A program that ends, or closes what it writes to, while others still hold it: what is told, when, and to whom. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { identifyProcess, livenessOf } from '../../src/platform/process/process-identity.js'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { startHost, TEST_BOUND_MS } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

const LEAVERS = {
  'in the background': 'sleep 1000 & echo "left $!"; exit 4',
  'deaf to hang-ups': 'trap "" HUP; sleep 1000 & echo "left $!"; exit 4',
  'in a session of its own': 'setsid sleep 1000 & echo "left $!"; exit 4',
} as const
const KINDS = ['pipe', 'pty'] as const
const CASES = KINDS.flatMap((kind) => Object.entries(LEAVERS).map(([where, script]) => ({ kind, where, script })))

describe('a leader that ends while a descendant holds its streams', () => {
  test.each(CASES)(
    '$where ($kind): its code is known, its output is whole, and the wait has a bound',
    async ({ kind, script }) => {
      await using home = temporaryHome()
      const host = await startHost(home, { argv: ['sh', '-c', `read -r go; ${script}`], kind, limits: { drainMs: 300 } })
      await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
      await reader.type('go\n')
      expect(await reader.untilClosed()).toEqual({ reason: 'ended' })
      const text = reader.text(kind === 'pty' ? 'pty' : 'stdout')
      expect(text).toMatch(/left \d+\r?\n$/)
      expect(reader.exit?.exit).toMatchObject({ code: 4, signal: null, outcome: 'exited', signalsSent: [] })
      expect(await host.gone).toEqual({ code: 0, signal: null })
      // It is nobody's to end any more, unless the terminal's hang-up did.
      const left = identifyProcess(Number(/left (\d+)/.exec(text)?.[1]))
      if (left) process.kill(left.pid, 'SIGKILL')
      await until(
        () => left === undefined || livenessOf(left) === 'dead',
        TEST_BOUND_MS,
        () => 'the end of what was left',
      )
    },
  )

  test('the code is known while the streams are still open', async () => {
    await using home = temporaryHome()
    const script = 'read -r go; { while [ ! -e go ]; do sleep 0.02; done; echo late; } & exit 4'
    const host = await startHost(home, { argv: ['sh', '-c', script], limits: { drainMs: 60_000 } })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    await reader.type('go\n')
    await until(
      async () => (await reader.status()).state === 'exited',
      TEST_BOUND_MS,
      () => 'the exit of the leader',
    )
    expect((await reader.status()).exit).toMatchObject({ code: 4, outcome: 'exited' })
    expect(reader.ends.size).toBe(0)
    writeFileSync(join(home.home, 'go'), '')
    await reader.untilClosed()
    expect(reader.text('stdout')).toBe('late\n')
  })
})

test('a program that closes its own output: that stream ends, the others and the session go on', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, { argv: ['sh', '-c', 'echo out; exec >&-; read -r go; echo err >&2; exit 6'] })
  await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
  await reader.waitFor('the end of stdout', () => reader.ends.has('stdout'))
  expect((await reader.status()).state).toBe('running')
  await using late = await HostReader.attach(host.socket)
  await late.waitFor('the end of stdout', () => late.ends.has('stdout'))
  await reader.type('go\n')
  await reader.untilClosed()
  expect([reader.text('stdout'), reader.text('stderr'), reader.exit?.exit.code]).toEqual(['out\n', 'err\n', 6])
  expect(late.order.slice(-2)).toEqual(['exit', 'closed'])
})

test('a program that closes its own input: who writes to it is told, and the session goes on', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, { argv: ['sh', '-c', 'exec <&-; echo closed; while [ ! -e go ]; do sleep 0.02; done'] })
  await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
  await reader.waitForText('stdout', 'closed')
  await reader.type('nobody reads this')
  await reader.waitFor('a refusal', () => reader.accepted?.problem !== undefined)
  expect(reader.accepted).toMatchObject({ problem: { code: 'stream-closed' } })
  expect((await reader.status()).state).toBe('running')
  writeFileSync(join(home.home, 'go'), '')
  await reader.untilClosed()
  expect(reader.exit?.exit.code).toBe(0)
})
