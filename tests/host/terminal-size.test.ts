/** The size of a real terminal under a controller and viewers. */
import { describe, expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { endHost, startHost, TEST_BOUND_MS } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

/** Not a shell with a trap: bash forgets a second signal that comes while the trap runs (`run_pending_traps`). */
const TELLS_ITS_SIZE: [string, ...string[]] = [
  process.execPath,
  '-e',
  `process.stdout.write('ready\\n'); setInterval(() => {}, 1e6)
  process.on('SIGWINCH', () => process.stdout.write(process.stdout.rows + ' ' + process.stdout.columns + '\\n'))`,
]

describe('the size of the terminal', () => {
  test('is set by the controller, told to everybody, and makes the application draw again when it is the same', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { kind: 'pty', argv: TELLS_ITS_SIZE, size: { cols: 80, rows: 24 } })
    await using viewer = await HostReader.attach(host.socket)
    await viewer.waitForText('pty', 'ready')
    await using first = await HostReader.attach(host.socket, { mode: 'controller', size: { cols: 100, rows: 40 } })
    expect(first.attached?.size).toEqual({ cols: 100, rows: 40 })
    await viewer.waitForText('pty', '40 100')
    expect(viewer.sizes).toEqual([{ cols: 100, rows: 40 }])
    await expect(viewer.channel.request('resize', { cols: 10, rows: 10 })).rejects.toMatchObject({ code: 'bad-request' })

    // A program younger than a second is not disturbed: wait until it is older, as a person would.
    const seen = performance.now()
    await until(
      () => performance.now() - seen > 1200,
      TEST_BOUND_MS,
      () => 'its first second to pass',
    )
    await using again = await HostReader.attach(host.socket, {
      mode: 'controller',
      steal: true,
      size: { cols: 100, rows: 40 },
      from: { at: 'live' },
    })
    await again.waitForText('pty', '40 100')
    expect((await again.status()).size).toEqual({ cols: 100, rows: 40 })
    expect(viewer.sizes).toHaveLength(1)
    await endHost(host)
  })

  test('is no thing of a session on pipes', async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { argv: ['cat'] })
    await using reader = await HostReader.attach(host.socket, { mode: 'controller', size: { cols: 10, rows: 10 } })
    expect(reader.attached?.size).toBeNull()
    await expect(reader.channel.request('resize', { cols: 10, rows: 10 })).rejects.toMatchObject({ code: 'no-terminal' })
    await endHost(host)
  })
})
