import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { bootId, identifyProcess, livenessOf } from '../../../src/platform/process/process-identity.js'

describe('the identity of a process', () => {
  it('says alive while it runs and dead when it was collected', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(()=>{},1e6)'], { stdio: 'ignore' })
    await once(child, 'spawn')
    const identity = identifyProcess(child.pid ?? 0)
    expect(identity).toMatchObject({ pid: child.pid, bootId: bootId() })
    if (!identity) return
    expect(livenessOf(identity)).toBe('alive')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(livenessOf(identity)).toBe('dead')
    expect(identifyProcess(identity.pid)).toBeUndefined()
  })

  it('is not fooled by a reused pid or another boot', () => {
    const self = identifyProcess(process.pid) ?? expect.fail('this process has an identity')
    expect(livenessOf({ ...self, startTime: '1' })).toBe('dead')
    expect(livenessOf({ ...self, bootId: 'another' })).toBe('dead')
  })

  it.skipIf(process.platform !== 'linux')('counts a zombie as dead: only its parent still waits for it', async () => {
    // The shell's background child becomes a zombie because `exec` replaces the shell that would have collected it.
    const parent = spawn('/bin/sh', ['-c', 'sh -c "exit 0" & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())
    const identity = identifyProcess(pid)
    if (identity) await expect.poll(() => livenessOf(identity)).toBe('dead')
    parent.kill('SIGKILL')
    await once(parent, 'exit')
  })
})
