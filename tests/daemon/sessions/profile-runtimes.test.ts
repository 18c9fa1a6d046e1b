/** Runtimes that no session holds: leased by a process that a shim became, or handed out by `perch env`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { claude } from '../../../src/agents/claude.js'
import { ProfileRuntimes } from '../../../src/daemon/sessions/profile-runtimes.js'
import { WorkUnderWay } from '../../../src/daemon/work-under-way.js'
import { preparePerchFolders } from '../../../src/platform/files/safe-folder.js'
import { identifyProcess } from '../../../src/platform/process/process-identity.js'
import { createProfile } from '../../../src/profiles/create-profile.js'
import { profileFolders } from '../../../src/profiles/profile-definition.js'
import { acquireRuntime } from '../../../src/runtime/acquire.js'
import { isPinned } from '../../../src/runtime/pin.js'
import { type TemporaryHome, temporaryHome } from '../../kit/temporary-home.js'

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined }

function runtimesOf({ paths }: TemporaryHome): ProfileRuntimes {
  const work = new WorkUnderWay()
  return new ProfileRuntimes({
    paths,
    log: silent,
    work,
    sessions: () => [],
    settle: async () => undefined,
    onJournal: undefined,
  })
}

describe('a runtime that a shim has leased', () => {
  test('stays while the agent lives, and is given back by the first look after its end', async () => {
    await using home = temporaryHome()
    preparePerchFolders(home.paths)
    const profile = await createProfile(home.paths, { name: 'work', agent: 'claude' })
    const { runtime } = profileFolders(home.paths, 'work')
    const runtimes = runtimesOf(home)
    const agent = spawn('sleep', ['1000'], { stdio: 'ignore', env: home.env })
    try {
      const holder = identifyProcess(agent.pid ?? 0)
      const request = { paths: home.paths, profile, agent: claude, home: home.home, env: home.env }
      await acquireRuntime({ ...request, leaseId: 'shim-1', holder })
      await runtimes.collectAbandoned()
      expect(existsSync(runtime)).toBe(true)
    } finally {
      agent.kill('SIGKILL')
      await once(agent, 'exit')
    }
    await runtimes.collectAbandoned()
    expect(existsSync(runtime)).toBe(false)
    expect(runtimes.leases.unfinished).toEqual([])
    runtimes.live.close()
  })
})

describe('a runtime that was handed out', () => {
  test('stays with nobody in it, which is no failure; and not when its profile is to be removed', async () => {
    await using home = temporaryHome()
    preparePerchFolders(home.paths)
    await createProfile(home.paths, { name: 'work', agent: 'claude' })
    const folders = profileFolders(home.paths, 'work')
    const runtimes = runtimesOf(home)
    const lent = await runtimes.lend('work', { env: { ...home.env }, cwd: home.home })
    expect(lent).toMatchObject({ runtime: folders.runtime, set: { CLAUDE_CONFIG_DIR: folders.runtime, PERCH_PROFILE: 'work' } })
    await runtimes.collect()
    expect([existsSync(folders.runtime), isPinned(folders), runtimes.leases.unfinished]).toEqual([true, true, []])
    expect(await runtimes.finish('work')).toBeUndefined()
    expect([existsSync(folders.runtime), isPinned(folders)]).toEqual([false, false])
    runtimes.live.close()
  })

  test('keeps its mark where the profile cannot be removed yet', async () => {
    await using home = temporaryHome()
    preparePerchFolders(home.paths)
    await createProfile(home.paths, { name: 'work', agent: 'claude' })
    const folders = profileFolders(home.paths, 'work')
    const runtimes = runtimesOf(home)
    const { set } = await runtimes.lend('work', { env: { ...home.env }, cwd: home.home })
    const editor = spawn('sleep', ['1000'], { stdio: 'ignore', env: { ...home.env, ...set } })
    try {
      expect(await runtimes.finish('work')).toContain(`process ${editor.pid} uses it`)
      expect([existsSync(folders.runtime), isPinned(folders)]).toEqual([true, true])
    } finally {
      editor.kill('SIGKILL')
      await once(editor, 'exit')
      runtimes.live.close()
    }
  })
})
