import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addLeaseProcess, createLease, dropLease, holdLease, leaseLiveness } from '../../../src/platform/files/lease-file.js'
import { bootId, identifyProcess, type ProcessIdentity } from '../../../src/platform/process/process-identity.js'

const GONE: ProcessIdentity = { pid: 1, startTime: 'never', bootId: bootId() }

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perch-lease-'))
  path = join(folder, 'abc.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a lease', () => {
  it('is dead when none of its processes lives and nobody holds it', () => {
    createLease(path, 'abc', GONE)
    expect(leaseLiveness(path)).toBe('dead')
    dropLease(path)
    expect(existsSync(path)).toBe(false)
    expect(leaseLiveness(path)).toBe('dead')
  })

  it('is live while its lock is held, whatever its processes do', async () => {
    createLease(path, 'abc', GONE)
    const lock = await holdLease(path)
    expect(leaseLiveness(path)).toBe('alive')
    lock.close()
    expect(leaseLiveness(path)).toBe('dead')
  })

  it('outlives its host while the agent lives (the launcher was SIGKILLed, the agent was not)', async () => {
    createLease(path, 'abc', GONE)
    const agent = spawn(process.execPath, ['-e', 'setInterval(()=>{},1e6)'], { stdio: 'ignore' })
    await once(agent, 'spawn')
    addLeaseProcess(path, identifyProcess(agent.pid ?? 0) ?? expect.fail('the agent runs'))
    expect(leaseLiveness(path)).toBe('alive')
    agent.kill('SIGKILL')
    await once(agent, 'exit')
    expect(leaseLiveness(path)).toBe('dead')
  })

  it('counts as unknown, never as dead, when it cannot be read', () => {
    writeFileSync(path, '{"processes":')
    expect(leaseLiveness(path)).toBe('unknown')
    writeFileSync(path, '{"processes":[{"pid":"x"}]}')
    expect(leaseLiveness(path)).toBe('unknown')
  })
})
