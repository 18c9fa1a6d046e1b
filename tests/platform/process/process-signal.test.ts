import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { identifyProcess, livenessOf } from '../../../src/platform/process/process-identity.js'
import { signalDisposition, signalGroup, signalProcess } from '../../../src/platform/process/process-signal.js'
import { until, within } from '../../kit/bounded.js'
import { requiresPlatform } from '../../kit/requirement.js'
import { BOUND_MS } from '../watched-child.js'

/** A shell that leads its own group; ready once it printed. */
async function leader(script: string) {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
  const [first] = (await within(once(child.stdout.setEncoding('utf8'), 'data'), BOUND_MS, () => 'the first output')) as [string]
  const identity = identifyProcess(child.pid ?? 0) ?? expect.fail('the process has an identity')
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  return { child, identity, first, exited: () => within(exited, BOUND_MS, () => 'the end') }
}

describe('signalling', () => {
  it('reaches the process that is meant, and says when it is gone', async () => {
    const { identity, exited } = await leader('echo ready; exec sleep 1000')
    expect(signalProcess({ ...identity, startTime: '1' }, 'SIGKILL')).toBe('gone')
    expect(signalProcess({ ...identity, bootId: 'another' }, 'SIGKILL')).toBe('gone')
    expect(signalProcess(identity, 'SIGTERM')).toBe('sent')
    expect(await exited()).toEqual([null, 'SIGTERM'])
    expect(signalProcess(identity, 'SIGTERM')).toBe('gone')
  })

  it('reaches the whole group, also when its leader was collected', async () => {
    const { child, identity, first, exited } = await leader('sleep 1000 & echo $!; read -r go')
    const member = identifyProcess(Number(first)) ?? expect.fail('the member has an identity')
    child.stdin.end('\n')
    expect(await exited()).toEqual([0, null])
    expect(signalGroup({ ...identity, bootId: 'another' }, 'SIGKILL')).toBe('gone')
    expect(signalGroup(identity, 'SIGKILL')).toBe('sent')
    await until(
      () => livenessOf(member) === 'dead',
      BOUND_MS,
      () => 'the end of the member',
    )
    // Whoever inherited the member collects it.
    await until(
      () => signalProcess(member, 'SIGKILL') === 'gone',
      BOUND_MS,
      () => 'the collection of the member',
    )
    expect(signalGroup(identity, 'SIGKILL')).toBe('gone')
  })

  it('does not reach the group of a stranger who has the pid now', async () => {
    const { identity, exited } = await leader('echo ready; exec sleep 1000')
    expect(signalGroup({ ...identity, startTime: '1' }, 'SIGKILL')).toBe('gone')
    expect(signalProcess(identity, 'SIGKILL')).toBe('sent')
    await exited()
  })
})

describe('what a process does with a signal', () => {
  it.each([
    ['default', 'echo ready; exec sleep 1000'],
    ['ignored', 'trap "" TERM; echo ready; exec sleep 1000'],
    ['caught', 'trap "exit 3" TERM; echo ready; while :; do read -r x; done'],
  ])('is %s', async (disposition, script) => {
    const { identity, exited } = await leader(script)
    expect(signalDisposition(identity.pid, 'SIGTERM')).toBe(process.platform === 'linux' ? disposition : 'unknown')
    signalProcess(identity, 'SIGKILL')
    await exited()
  })

  it('is unknown once it is gone', async (context) => {
    requiresPlatform(context, 'linux')
    const { identity, exited } = await leader('echo ready; exec sleep 1000')
    signalProcess(identity, 'SIGKILL')
    await exited()
    expect(signalDisposition(identity.pid, 'SIGTERM')).toBe('unknown')
  })
})
