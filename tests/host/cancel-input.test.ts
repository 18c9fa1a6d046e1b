/** Input that is given up: what was taken of it is known to the byte, and what comes afterwards is written. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FRAME } from '../../src/api/frames.js'
import { connectHost } from '../../src/client/host-connection.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { endHost, startHost } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

/** Reads nothing before it is told to, then says how much there was. */
const COUNTING_LATER = ['sh', '-c', 'while [ ! -e go ]; do sleep 0.02; done; wc -c'] as const

test('a write that the child does not read is cut off where the child’s side had got to', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, { argv: COUNTING_LATER })
  const connection = await connectHost(host.socket)
  try {
    const given = new AbortController()
    const writing = connection.input.write(Buffer.alloc(900_001, 'x'), given.signal)
    // It is answered after the frames before it were taken in.
    await connection.status()
    given.abort(new Error('given up'))
    await expect(writing).rejects.toThrow('given up')
    const taken = await connection.cancelInput()
    expect(taken).toBeGreaterThan(0)
    expect(taken).toBeLessThan(900_001)
    await expect(connection.input.write(Buffer.from('more'))).rejects.toMatchObject({ code: 'stream-closed' })

    await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
    await reader.type('after')
    await reader.endInput()
    writeFileSync(join(home.home, 'go'), '')
    await reader.untilClosed()
    expect(Number(reader.text('stdout'))).toBe(taken + 'after'.length)
  } finally {
    connection.close()
  }
  await host.exitRecord()
})

test('what the same connection sends afterwards is written, and an end that waited is left out', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, { argv: COUNTING_LATER })
  await using sender = await HostReader.attach(host.socket, { mode: 'controller' })
  void sender.channel.send(FRAME.input, Buffer.alloc(500_000))
  await sender.endInput()
  const { accepted } = (await sender.channel.request('cancelInput', {})) as { accepted: number }
  await sender.type('again')
  await sender.endInput()
  writeFileSync(join(home.home, 'go'), '')
  await sender.untilClosed()
  expect(Number(sender.text('stdout'))).toBe(accepted + 'again'.length)
  await host.exitRecord()
})

test('with nothing to give up it tells what was taken, however often it is asked', async () => {
  await using home = temporaryHome()
  const host = await startHost(home, { argv: ['cat'] })
  await using sender = await HostReader.connect(host.socket)
  expect(await sender.channel.request('cancelInput', {})).toEqual({ accepted: 0 })
  await sender.type('abc')
  await sender.waitFor('the bytes to be taken', () => sender.accepted?.bytes === 3)
  expect(await sender.channel.request('cancelInput', {})).toEqual({ accepted: 3 })
  expect(await sender.channel.request('cancelInput', {})).toEqual({ accepted: 3 })
  await endHost(host)
})
