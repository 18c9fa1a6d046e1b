/** The events that a real host numbers, as a daemon sees them that comes, goes, and comes back. */
import { expect, test } from 'vitest'
import { readEventFiles } from '../../src/host/event-file.js'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { endHost, type HostProgram, startHost, TEST_BOUND_MS } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

/** Subscribes as a daemon does. */
async function subscribe(host: HostProgram, since?: number): Promise<HostReader> {
  const reader = await HostReader.connect(host.socket)
  await reader.channel.request('subscribe', since === undefined ? {} : { since })
  return reader
}

async function attachAndLeave(host: HostProgram): Promise<void> {
  await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
  expect(reader.attached).toBeDefined()
}

const numbersOf = ({ events }: HostReader) => events.map(({ number }) => number)

test('a subscriber gets what it missed before the reply, and everything once', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, { argv: ['cat'] })
  await attachAndLeave(host)
  await until(
    () => readEventFiles(host.folder).length === 2,
    TEST_BOUND_MS,
    () => 'the detachment to be written down',
  )
  await using all = await subscribe(host, 0)
  await using last = await subscribe(host, 1)
  await using none = await subscribe(host)
  expect([all, last, none].map(numbersOf)).toEqual([[1, 2], [2], []])
  await attachAndLeave(host)
  const heard = () => [all, last, none].every(({ events }) => events.at(-1)?.number === 4)
  await until(heard, TEST_BOUND_MS, () => 'the next detachment')
  expect([all, last, none].map(numbersOf)).toEqual([
    [1, 2, 3, 4],
    [2, 3, 4],
    [3, 4],
  ])
  expect(all.events).toEqual(readEventFiles(host.folder))
  await endHost(host)
})

test('a new size has no number, and clients that end with the session are no history', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, { argv: ['cat'], kind: 'pty' })
  await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
  await using subscriber = await subscribe(host, 0)
  const { events } = subscriber
  await reader.channel.request('resize', { cols: 101, rows: 31 })
  await until(
    () => events.some(({ type }) => type === 'resized'),
    TEST_BOUND_MS,
    () => 'the new size',
  )
  expect(events.find(({ type }) => type === 'resized')).not.toHaveProperty('number')
  await endHost(host)
  // On a busy machine it is silent for long enough to be idle.
  const history = readEventFiles(host.folder).filter(({ type }) => type !== 'attention')
  expect(history.map(({ type, number }) => [type, number])).toEqual([['attached', 1]])
})

test('what happened survives the host', async () => {
  await using home = temporaryHome({ mayLeave: ['socket'] })
  const host = await startHost(home, { argv: ['cat'] })
  await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
  await using thief = await HostReader.attach(host.socket, { mode: 'controller', steal: true })
  expect([reader.attached?.attachment, thief.attached?.attachment]).not.toContain(undefined)
  process.kill(host.pid, 'SIGKILL')
  await host.gone
  expect(readEventFiles(host.folder).map(({ type }) => type)).toEqual(['attached', 'stolen', 'attached'])
})
