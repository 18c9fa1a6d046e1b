/** What a host tells of changes to whoever asked for its status and to be told when that is no longer true. */
import { describe, expect, test } from 'vitest'
import { StatusChanges } from '../../src/host/status-changes.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { startHost } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

const changesOf = (reader: HostReader) => reader.events.filter(({ type }) => type === 'changed').length
const watch = (reader: HostReader) => reader.channel.request('status', { watch: true })

describe('a change of the status', () => {
  test('is told once to each who waits, and then to nobody', () => {
    const changes = new StatusChanges()
    const told: string[] = []
    changes.once(() => told.push('a'))
    const leave = changes.once(() => told.push('b'))
    changes.once(() => told.push('c'))
    leave()
    changes.note()
    changes.note()
    expect(told).toEqual(['a', 'c'])
  })

  test('may be waited for again from within the telling', () => {
    const changes = new StatusChanges()
    let told = 0
    const again = () => {
      told += 1
      changes.once(again)
    }
    changes.once(again)
    changes.note()
    expect(told).toBe(1)
    changes.note()
    expect(told).toBe(2)
  })
})

describe('a host', () => {
  test('tells a watcher of a change before it replies to what caused it, and is silent until it is asked again', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { kind: 'pty', argv: ['cat'] })
    await using watcher = await HostReader.connect(host.socket)
    await using other = await HostReader.connect(host.socket)
    expect(await watch(watcher)).toMatchObject({ watched: true, size: { cols: 80 } })
    expect(await other.channel.request('status', {})).not.toHaveProperty('watched')
    for (const cols of [90, 91, 92]) await watcher.channel.request('resize', { cols, rows: 24 })
    expect([changesOf(watcher), changesOf(other)]).toEqual([1, 0])

    expect(await watch(watcher)).toMatchObject({ size: { cols: 92 } })
    await watcher.channel.request('resize', { cols: 93, rows: 24 })
    expect([changesOf(watcher), changesOf(other)]).toEqual([2, 0])
  })

  test('tells nothing of what leaves the status as it is', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { kind: 'pty', argv: ['cat'] })
    await using watcher = await HostReader.connect(host.socket)
    await watch(watcher)
    await watcher.channel.request('resize', { cols: 80, rows: 24 })
    await watcher.channel.request('status', {})
    expect(changesOf(watcher)).toBe(0)
  })

  test('tells of a program that ended before its exit is recorded', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sh', '-c', 'read go; exit 3'] })
    await using watcher = await HostReader.connect(host.socket)
    await watch(watcher)
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    await watch(watcher)
    const before = changesOf(watcher)
    await reader.type('\n')
    await watcher.disconnected
    expect(changesOf(watcher)).toBe(before + 1)
    expect((await host.exitRecord()).exit.code).toBe(3)
  })
})
