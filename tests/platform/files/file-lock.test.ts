import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isFileLockHeld, tryFileLock, waitForFileLock } from '../../../src/platform/files/file-lock.js'
import { requiresPlatform } from '../../kit/requirement.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perch-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Another process that holds the lock until it is killed; resolves when it has it. */
async function holderOf(path: string) {
  const script = `const {tryLock}=require('fs-native-extensions');const fd=require('fs').openSync(${JSON.stringify(path)},'a+');
    if(!tryLock(fd))process.exit(1);console.log('held');setInterval(()=>{},1e6)`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

describe('a file lock', () => {
  it('has one holder, also within one process', () => {
    const path = join(folder, 'l')
    const first = tryFileLock(path)
    expect(first).toBeDefined()
    expect(tryFileLock(path)).toBeUndefined()
    first?.close()
    const second = tryFileLock(path)
    expect(second).toBeDefined()
    first?.close()
    expect(isFileLockHeld(path)).toBe(true)
    second?.close()
    expect(isFileLockHeld(path)).toBe(false)
  })

  it('is released by the kernel when its holder is SIGKILLed', async () => {
    const path = join(folder, 'l')
    const holder = await holderOf(path)
    expect(tryFileLock(path)).toBeUndefined()
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const lock = await waitForFileLock(path, { timeoutMs: 5_000, what: 'the lock' })
    lock.close()
  })

  it('waits with a bound and then says who is asked for', async () => {
    const path = join(folder, 'l')
    using _held = tryFileLock(path) ?? expect.fail('the lock is free')
    await expect(waitForFileLock(path, { timeoutMs: 30, what: 'the profile' })).rejects.toMatchObject({
      code: 'lock-timeout',
      message: expect.stringContaining('the profile'),
    })
  })

  it('ends a wait that is aborted', async () => {
    const path = join(folder, 'l')
    using _held = tryFileLock(path) ?? expect.fail('the lock is free')
    await expect(waitForFileLock(path, { timeoutMs: 60_000, what: 'x', signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
  })

  it('is not granted on a file that was replaced, so that two holders cannot exist', () => {
    const path = join(folder, 'l')
    const stale = tryFileLock(path)
    writeFileSync(join(folder, 'other'), '')
    renameSync(join(folder, 'other'), path)
    const lock = tryFileLock(path)
    expect(lock).toBeDefined()
    lock?.close()
    stale?.close()
  })

  it('counts a missing file as not held', () => {
    expect(isFileLockHeld(join(folder, 'none'))).toBe(false)
  })

  it('says so when its file cannot be made', (context) => {
    requiresPlatform(context, 'linux')
    // Where nobody may make a file, root included.
    expect(() => tryFileLock('/sys/perch.lock')).toThrow(expect.objectContaining({ code: 'not-writable' }))
  })
})
