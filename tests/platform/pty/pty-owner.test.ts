import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { identifyProcess, livenessOf } from '../../../src/platform/process/process-identity.js'
import { until, within } from '../../kit/bounded.js'
import { temporaryHome } from '../../kit/temporary-home.js'
import { builtFixture } from '../built-fixture.js'
import { BOUND_MS } from '../watched-child.js'

describe('a child whose owner is killed', () => {
  it.each([
    ['in the foreground', 'echo ready; exec sleep 1000'],
    ['that reads', 'echo ready; exec cat'],
    ['as a shell with a job', 'set -m; echo ready; sleep 1000'],
  ])('is hung up at once, %s', async (_, script) => {
    await using home = temporaryHome()
    const program = await builtFixture('owns-a-terminal', home.root)
    const owner = spawn(process.execPath, [program, '/bin/sh', '-c', script], {
      env: home.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let seen = ''
    owner.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text
    })
    await until(
      () => seen.includes('ready'),
      BOUND_MS,
      () => `the child; ${JSON.stringify(seen)}`,
    )
    const pid = Number(/^pid (\d+)$/m.exec(seen)?.[1])
    const child = identifyProcess(pid) ?? expect.fail(`no child in ${seen}`)
    const ended = once(owner, 'exit')
    owner.kill('SIGKILL')
    await within(ended, BOUND_MS, () => 'the end of the owner')
    await until(
      () => livenessOf(child) === 'dead',
      BOUND_MS,
      () => 'the hang-up of the child',
    )
  })
})
