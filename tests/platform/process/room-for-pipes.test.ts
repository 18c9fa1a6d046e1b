import { expect, it } from 'vitest'
import { requiresPlatform } from '../../kit/requirement.js'
import { runProgram } from '../../kit/running-program.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { builtFixture } from '../built-fixture.js'

it('a program at its limit of open files is told so with each try, and comes no closer to it', async (context) => {
  requiresPlatform(context, 'linux')
  await using home = temporaryHome()
  const fixture = await builtFixture('runs-out-of-descriptors', home.root)
  const limited = ['-c', 'ulimit -n 100; exec "$@"', 'sh', process.execPath, fixture]
  const { code, stdout, stderr } = await runProgram('/bin/sh', limited, { env: home.env, cwd: home.home })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const tries = JSON.parse(stdout.toString()) as Record<string, string[]>
  for (const kind of ['pty', 'pipe']) {
    const outcomes = tries[kind] ?? []
    expect(outcomes.at(-1)).toBe('started')
    expect(new Set(outcomes.slice(0, -1))).toEqual(new Set(['spawn-failed']))
  }
})
