/** An output that nobody reads any more is closed, and the program finds out as it would without perch. */
import { expect, test } from 'vitest'
import { temporaryHome } from '../kit/temporary-home.js'
import { endHost, startHost } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

test('the program that writes on gets SIGPIPE; its other stream and its end come through', async () => {
  await using home = temporaryHome()
  // It stays until both requests were answered: the host of a program that has ended answers nobody.
  const program = 'echo first >&2; yes; echo "yes ended by $?" >&2; read -r go; exit 8'
  const host = await startHost(home, { argv: ['sh', '-c', program] })
  await using reader = await HostReader.attach(host.socket, { mode: 'controller' }, { keep: true })
  await reader.waitFor('some output', () => reader.receivedBytes > 1_000)
  await reader.channel.request('closeOutput', { stream: 'stdout' })
  await reader.channel.request('closeOutput', { stream: 'stdout' })
  await reader.type('go\n')
  await reader.untilClosed()
  expect(reader.text('stderr')).toMatch(/^first\nyes ended by 141\n$/)
  expect(reader.ends.get('stdout')).toBe(reader.bytes('stdout').byteLength)
  expect(reader.order.slice(-2)).toEqual(['exit', 'closed'])
  expect((await host.exitRecord()).exit).toMatchObject({ code: 8, outcome: 'exited', signalsSent: [] })
})

test('one that ignores the signal gets an error and goes on; what it had written before is kept', async () => {
  await using home = temporaryHome()
  const program = `trap '' PIPE; echo before; read -r go; while echo x; do :; done 2>/dev/null; echo went on >&2; cat`
  const host = await startHost(home, { argv: ['sh', '-c', program] })
  await using reader = await HostReader.attach(host.socket, { mode: 'controller' })
  await reader.waitForText('stdout', 'before')
  await reader.channel.request('closeOutput', { stream: 'stdout' })
  await reader.type('go\n')
  await reader.waitForText('stderr', 'went on')
  expect(reader.text('stdout')).toBe('before\n')
  expect(reader.ends.get('stdout')).toBe(7)
  expect((await reader.status()).state).toBe('running')
  await endHost(host)
})

test('is refused to a viewer, of a terminal, and of a stream that is not there', async () => {
  await using home = temporaryHome()
  const pipes = await startHost(home, { argv: ['cat'], mergeStderr: true })
  const terminal = await startHost(home, { kind: 'pty', argv: ['cat'] })
  await using viewer = await HostReader.attach(pipes.socket, { mode: 'viewer' })
  await using controller = await HostReader.attach(pipes.socket, { mode: 'controller' })
  await using onTerminal = await HostReader.connect(terminal.socket)
  const code = (reader: HostReader, stream: 'pty' | 'stdout' | 'stderr' | 'stdin') =>
    reader.channel.request('closeOutput', { stream }).then(
      () => 'closed',
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    )
  expect({
    viewer: await code(viewer, 'stdout'),
    terminal: await code(onTerminal, 'pty'),
    merged: await code(controller, 'stderr'),
    input: await code(controller, 'stdin'),
  }).toEqual({ viewer: 'bad-request', terminal: 'bad-request', merged: 'stream-unavailable', input: 'stream-unavailable' })
  await controller.type('still there\n')
  await controller.waitForText('stdout', 'still there')
  await endHost(pipes)
  await endHost(terminal)
})
