/** Input to real sessions: accepted, refused, stuck, cancelled. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FRAME } from '../../src/api/frames.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { endHost, startHost } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

describe('input', () => {
  test('of a viewer is refused', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'] })
    await using viewer = await HostReader.attach(host.socket)
    await viewer.type('x')
    await viewer.waitFor('a refusal', () => viewer.accepted !== undefined)
    expect(viewer.accepted).toMatchObject({ bytes: 0, problem: { code: 'bad-request' } })
    await endHost(host)
  })

  test('needs no attachment, counts what was taken, and ends with a clear error after its end', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sh', '-c', 'cat; sleep 1000'] })
    await using sender = await HostReader.connect(host.socket)
    await sender.type('hello')
    await sender.endInput()
    await sender.type('late')
    await sender.waitFor('a refusal', () => sender.accepted?.problem !== undefined)
    expect(sender.accepted).toMatchObject({ bytes: 5, problem: { code: 'stream-closed' } })
    await endHost(host)
  })

  test('that the child does not read blocks neither status, nor kill, nor another client', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sleep', '1000'] })
    await using stuffed = await HostReader.attach(host.socket, { mode: 'controller' })
    void stuffed.channel.send(FRAME.input, Buffer.alloc(900_000))
    await using other = await HostReader.connect(host.socket)
    await other.status()
    expect((await stuffed.status()).state).toBe('running')
    await stuffed.channel.request('terminate', { graceMs: 5000 })
    expect((await host.exitRecord()).exit.outcome).toBe('terminated')
  })

  test('that was still waiting when its client went is not written later', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['sh', '-c', 'while [ ! -e go ]; do sleep 0.02; done; wc -c'] })
    const gone = await HostReader.connect(host.socket)
    void gone.channel.send(FRAME.input, Buffer.alloc(500_000))
    await gone.status()
    await gone[Symbol.asyncDispose]()
    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    // The host has seen the end of the first connection when it answers a later one.
    await reader.status()
    writeFileSync(join(home.home, 'go'), '')
    await reader.endInput()
    await reader.untilClosed()
    const taken = Number(reader.text('stdout'))
    expect(taken).toBeGreaterThan(0)
    expect(taken).toBeLessThan(500_000)
  })
})
