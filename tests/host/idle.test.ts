/** An idle host does nothing at all: a hundred of them must not keep a laptop awake. */
import { expect, test } from 'vitest'
import { until } from '../kit/bounded.js'
import { temporaryHome } from '../kit/temporary-home.js'
import { wakeUps } from '../kit/wake-ups.js'
import { startHost } from './kit/host-program.js'
import { HostReader } from './kit/host-reader.js'

test.runIf(process.platform === 'linux')(
  'an idle host with a terminal, a controller and a subscriber is never woken',
  async () => {
    await using home = temporaryHome()
    const host = await startHost(home, { kind: 'pty', argv: ['cat'] })
    await using subscriber = await HostReader.connect(host.socket)
    await subscriber.channel.request('subscribe', {})
    await using controller = await HostReader.attach(host.socket, { mode: 'controller', size: { cols: 80, rows: 24 } })
    await controller.type('echo\r')
    await controller.waitForText('pty', 'echo\r\necho')

    // After the engine has settled: a second in which nothing happens at all comes soon, and would not come with a timer
    // that fires more often than that.
    const quiet = async () => {
      const before = wakeUps(host.pid)
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      return wakeUps(host.pid) === before
    }
    expect(await until(quiet, 30_000, () => 'a quiet second and a half')).toBe(true)
    process.kill(host.pid, 'SIGTERM')
    await host.gone
  },
)
