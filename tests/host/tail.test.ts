/** Glancing at what a session wrote last, without an attachment and without a trace. */
import { expect, test } from 'vitest'
import { TAIL_LIMIT_BYTES } from '../../src/api/host-protocol.js'
import { connectHost } from '../../src/client/host-connection.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { startHost } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

test('the last bytes of each stream are told, nobody is attached for it, and no more is given than a glance needs', async () => {
  await using home = temporaryHome()
  const script = 'echo first; echo wrong >&2; echo last; exec cat'
  const host = await startHost(home, { kind: 'pipe', argv: ['sh', '-c', script] })
  await using reader = await HostReader.attach(host.socket, { mode: 'viewer', from: { at: 'offset', offset: 0 } })
  await reader.waitForText('stdout', 'last\n')
  await reader.waitForText('stderr', 'wrong\n')
  const connection = await connectHost(host.socket)
  try {
    const tail = async (stream: 'stdout' | 'stderr', bytes: number) => {
      const { end, bytes: got } = await connection.tail(stream, bytes)
      return [end, Buffer.from(got).toString()]
    }
    expect(await tail('stdout', TAIL_LIMIT_BYTES)).toEqual([11, 'first\nlast\n'])
    expect(await tail('stdout', 5)).toEqual([11, 'last\n'])
    expect(await tail('stderr', 100)).toEqual([6, 'wrong\n'])
    await expect(connection.tail('pty', 5)).rejects.toMatchObject({ code: 'stream-unavailable' })
    await expect(connection.tail('stdout', TAIL_LIMIT_BYTES + 1)).rejects.toMatchObject({ code: 'bad-request' })
    expect((await connection.status()).attachments).toHaveLength(1)
  } finally {
    connection.close()
  }
  process.kill(host.pid, 'SIGTERM')
  await host.gone
})
