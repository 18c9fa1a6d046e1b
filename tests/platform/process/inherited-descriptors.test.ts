import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, copyFileSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sealedStdio } from '../../../src/platform/process/inherited-descriptors.js'
import { identifyProcess } from '../../../src/platform/process/process-identity.js'
import { signalProcess } from '../../../src/platform/process/process-signal.js'
import { until, within } from '../../kit/bounded.js'
import { requiresPlatform } from '../../kit/requirement.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { builtFixture } from '../built-fixture.js'
import { BOUND_MS } from '../watched-child.js'

const STAND_IN = fileURLToPath(new URL('../../fixtures/tells-what-it-inherited.cjs', import.meta.url))

describe('the stdio of a sealed child', () => {
  it('overrides every leak, keeps its own three, and names nothing else', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 3, max: 300 }), { maxLength: 8 }), (leaks) => {
        const sealed = sealedStdio(['pipe', 5, 'ignore'], leaks, 1_000)
        expect(sealed.slice(0, 3)).toEqual(['pipe', 5, 'ignore'])
        expect(sealed).toHaveLength(Math.max(3, ...leaks.map((fd) => fd + 1)))
        for (let fd = 3; fd < sealed.length; fd += 1) expect(sealed[fd]).toBe(leaks.includes(fd) ? 1_000 : 'ignore')
      }),
    )
  })
})

describe('a daemon started from a script', () => {
  it('does not hold what the script has open: the lock of flock 200 goes with the script', async (context) => {
    requiresPlatform(context, 'linux')
    await using home = temporaryHome()
    copyFileSync(STAND_IN, join(home.root, 'perchd.cjs'))
    const starter = await builtFixture('starts-perchd', home.root, home.root)
    const report = join(home.root, 'report')
    const lock = join(home.root, 'lock')

    const script = openSync(lock, 'w')
    const leak = Array.from({ length: 198 }, (_, index) => (index === 197 ? script : ('ignore' as const)))
    const command = spawn(process.execPath, [starter, report], {
      env: { ...home.env, SECRET_OF_THE_SHELL: 'x', PERCH_SESSION: 'outer' },
      stdio: ['ignore', 'pipe', 'inherit', ...leak],
    })
    closeSync(script)
    const output = command.stdout?.setEncoding('utf8') ?? expect.fail('stdout is a pipe')
    const [answer] = (await within(once(output, 'data'), BOUND_MS, () => 'the starter')) as [string]
    const { pid, before, after } = JSON.parse(answer) as { pid: number; before: string[]; after: string[] }
    const daemon = identifyProcess(pid) ?? expect.fail('the daemon runs')
    try {
      expect([before.includes('200'), after.includes('200')]).toEqual([true, false])
      await until(
        () => existsSync(report),
        BOUND_MS,
        () => 'the report of the daemon',
      )
      const seen = JSON.parse(readFileSync(report, 'utf8')) as Report
      expect(seen.descriptors['200']).toBe('/dev/null')
      expect(Object.values(seen.descriptors)).not.toContain(lock)
      expect(seen.cwd).toBe('/')
      expect(seen.env).toMatchObject({ PERCH_PROCESS: 'perchd', HOME: home.home })
      expect(Object.keys(seen.env)).not.toContain('PERCH_SESSION')
      expect(Object.keys(seen.env)).not.toContain('SECRET_OF_THE_SHELL')
    } finally {
      signalProcess(daemon, 'SIGKILL')
      if (command.exitCode === null) await once(command, 'exit')
    }
  })
})

interface Report {
  readonly descriptors: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}
