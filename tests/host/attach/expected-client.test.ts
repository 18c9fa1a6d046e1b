/** A session that was started for a client (`perch exec` without `-d`), which is always a little later than the program. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from '../../kit/bounded.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { startHost, TEST_BOUND_MS } from '../kit/host-program.js'
import { HostReader } from '../kit/host-reader.js'

describe('a host that expects a client', () => {
  test.each(['pipe', 'pty'] as const)(
    'whose program (%s) has ended gives it every byte and the exit, from memory alone',
    async (kind) => {
      await using home = temporaryHome()
      const host = await startHost(home, {
        argv: ['sh', '-c', 'printf out; exit 7'],
        kind,
        limits: { log: 'memory' },
        mangle: (spec) => ({ ...spec, expectsClient: true }),
      })
      const recorded = () => existsSync(join(host.folder, 'exit.json'))
      await until(recorded, TEST_BOUND_MS, () => 'the exit to be recorded')
      await using late = await HostReader.attach(host.socket, { mode: 'controller', from: { at: 'offset', offset: 0 } })
      await late.waitFor('the exit', () => late.exit !== undefined)
      expect(late.text(kind === 'pty' ? 'pty' : 'stdout')).toBe('out')
      expect(late.exit?.exit).toMatchObject({ code: 7, outcome: 'exited' })
      expect(await host.gone).toEqual({ code: 0, signal: null })
    },
  )
})
