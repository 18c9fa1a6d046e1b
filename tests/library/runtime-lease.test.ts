/** Runtimes of profiles held by this process, by several at once, and by one that is killed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acquireRuntime } from '../../src/library/acquire-runtime.js'
import { hasLiveSession } from '../../src/library/has-live-session.js'
import { openPipeSession } from '../../src/library/open-session.js'
import { createProfile } from '../../src/profiles/create-profile.js'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { withProfileLock } from '../../src/profiles/profile-lock.js'
import { until } from '../kit/bounded.js'
import { perchText } from '../kit/perch-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'
import { login, writeByRename } from '../runtime/profile-lab.js'
import { TEST_BOUND_MS } from './kit/collected.js'
import { installPackage } from './kit/installed-package.js'

/** A home with a profile `work` of Claude Code, and what its agent would find there. */
async function homeWithProfile(): Promise<TemporaryHome> {
  const home = temporaryHome()
  mkdirSync(join(home.home, '.claude'))
  writeFileSync(join(home.home, '.claude/CLAUDE.md'), 'rules')
  await createProfile(home.paths, { name: 'work', agent: 'claude', env: { TEAM: 'blue' } })
  return home
}

describe('a runtime that was acquired', () => {
  it('stands while it is held, with the environment that a child needs, and is gone after its release', async () => {
    await using home = await homeWithProfile()
    const env = { ...home.env, ANTHROPIC_API_KEY: 'of the shell', KEPT: 'yes' }
    const lease = await acquireRuntime({ profile: 'work', env })
    const { runtime } = profileFolders(home.paths, 'work')
    expect(lease).toMatchObject({ profile: 'work', agent: 'claude', folder: runtime, args: [] })
    expect(readFileSync(join(runtime, 'CLAUDE.md'), 'utf8')).toBe('rules')
    expect(lease.environment).toMatchObject({ CLAUDE_CONFIG_DIR: runtime, TEAM: 'blue', PERCH_PROFILE: 'work', KEPT: 'yes' })
    expect(lease.environment).not.toHaveProperty('ANTHROPIC_API_KEY')
    expect(lease.changes.set).toMatchObject({ CLAUDE_CONFIG_DIR: runtime, TEAM: 'blue' })
    expect(lease.changes.set).not.toHaveProperty('KEPT')
    expect(lease.changes.unset).toEqual(['ANTHROPIC_API_KEY'])
    expect(await hasLiveSession('work', { env })).toBe(true)
    expect(await lease.release()).toMatchObject({ kept: false })
    expect(existsSync(runtime)).toBe(false)
    expect(await hasLiveSession('work', { env })).toBe(false)
  })

  it('takes over a new login at its release, which may be asked for again', async () => {
    await using home = await homeWithProfile()
    const lease = await acquireRuntime({ profile: 'work', env: home.env })
    writeByRename(join(lease.folder ?? '', '.credentials.json'), login('fresh'))
    const [one, two] = await Promise.all([lease.release(), lease.release()])
    expect(one).toBe(two)
    await lease[Symbol.asyncDispose]()
    const { credentials } = profileFolders(home.paths, 'work')
    expect(readFileSync(join(credentials, '.credentials.json'), 'utf8')).toBe(login('fresh'))
  })

  it('adds the arguments that an agent needs in its own home folder', async () => {
    await using home = await homeWithProfile()
    await using lease = await acquireRuntime({ profile: 'work', env: home.env, cwd: home.home })
    expect(lease.args).toEqual(['--setting-sources', 'user'])
  })

  it('does not pass on what the profile of an enclosing session set', async () => {
    await using home = await homeWithProfile()
    await createProfile(home.paths, { name: 'other', agent: 'claude', env: { CLIENT: 'a' } })
    const env = { ...home.env, PERCH_SESSION: '01234567', PERCH_PROFILE: 'other', CLIENT: 'a', TEAM: 'red' }
    await using lease = await acquireRuntime({ profile: 'work', env })
    expect(lease.environment).not.toHaveProperty('CLIENT')
    expect(lease.environment).toMatchObject({ TEAM: 'blue', PERCH_PROFILE: 'work' })
    await using gone = await acquireRuntime({ profile: 'work', env: { ...env, PERCH_PROFILE: 'gone' } })
    expect(gone.environment).toMatchObject({ CLIENT: 'a' })
  })

  it('of the plain home is no folder and no lease', async () => {
    await using home = await homeWithProfile()
    await using lease = await acquireRuntime({ profile: 'default', env: home.env })
    expect(lease).toMatchObject({ folder: null, notices: [] })
    expect(lease.environment).not.toHaveProperty('CLAUDE_CONFIG_DIR')
    expect(await lease.release()).toMatchObject({ kept: false })
    expect(await hasLiveSession('default', { env: home.env })).toBe(false)
  })
})

describe('several leases of one profile', () => {
  it('in one process share the folder, which goes with the last of them', async () => {
    await using home = await homeWithProfile()
    const leases = await Promise.all(Array.from({ length: 5 }, () => acquireRuntime({ profile: 'work', env: home.env })))
    const { runtime, leases: files } = profileFolders(home.paths, 'work')
    expect(new Set(leases.map(({ folder }) => folder))).toEqual(new Set([runtime]))
    const kept = []
    for (const lease of leases) kept.push((await lease.release()).kept)
    expect(kept).toEqual([true, true, true, true, false])
    expect(existsSync(runtime)).toBe(false)
    expect(readdirSync(files)).toEqual([])
  })

  it('in two processes keep it for each other, and one that is killed is cleaned up by the next', {
    timeout: 60_000,
  }, async () => {
    await using home = await homeWithProfile()
    await using holder = await installPackage(home).start(
      'holder',
      `import { writeFileSync } from 'node:fs'
       import { acquireRuntime } from 'perch'
       const lease = await acquireRuntime({ profile: 'work' })
       writeFileSync(lease.folder + '/never-heard-of', 'of the killed one')
       console.log('held')
       setInterval(() => {}, 1_000)`,
    )
    await holder.waitForOutput('held\n')
    const { runtime } = profileFolders(home.paths, 'work')
    expect(await hasLiveSession('work', { env: home.env })).toBe(true)
    {
      await using mine = await acquireRuntime({ profile: 'work', env: home.env })
      expect(mine.folder).toBe(runtime)
      expect(await mine.release()).toMatchObject({ kept: true })
    }
    holder.kill('SIGKILL')
    await holder.finished
    expect(await hasLiveSession('work', { env: home.env })).toBe(false)
    expect(existsSync(join(runtime, 'never-heard-of'))).toBe(true)
    const next = await acquireRuntime({ profile: 'work', env: home.env })
    expect(readFileSync(join(home.home, '.claude/never-heard-of'), 'utf8')).toBe('of the killed one')
    expect(await next.release()).toMatchObject({ kept: false })
    expect(existsSync(runtime)).toBe(false)
  })

  it('are kept by a child that still runs with it', async () => {
    await using home = await homeWithProfile()
    const lease = await acquireRuntime({ profile: 'work', env: home.env })
    const session = await openPipeSession({ argv: ['cat'], env: lease.environment })
    expect(await lease.release()).toMatchObject({ kept: true, why: expect.stringContaining('process') })
    expect(await hasLiveSession('work', { env: home.env })).toBe(true)
    await session.close()
    expect(await hasLiveSession('work', { env: home.env })).toBe(false)
    await using next = await acquireRuntime({ profile: 'work', env: home.env })
    expect(await next.release()).toMatchObject({ kept: false })
  })
})

describe('acquiring', () => {
  it('is refused with a reason before anything is made', async () => {
    await using home = await homeWithProfile()
    const { env } = home
    const refused: readonly [string, unknown][] = [
      ['profile-not-found', { profile: 'nobody', env }],
      ['bad-name', { profile: '../work', env }],
      ['bad-request', { profile: 1, env }],
      ['bad-request', { env }],
      ['bad-request', { profile: 'work', env, link: true }],
      ['bad-request', { profile: 'work', env: { A: 1 } }],
      ['folder-not-found', { profile: 'work', env, cwd: '/no/such/folder' }],
    ]
    for (const [code, options] of refused) {
      await expect(acquireRuntime(options as never)).rejects.toMatchObject({ code })
    }
    await expect(hasLiveSession('nobody', { env })).rejects.toMatchObject({ code: 'profile-not-found' })
    await expect(hasLiveSession('work', { evn: env } as never)).rejects.toMatchObject({ code: 'bad-request' })
    expect(existsSync(profileFolders(home.paths, 'work').runtime)).toBe(false)
  })

  // Whoever waits for the profile all the same waits for 25 s.
  it('waits no longer for the profile when it is aborted, and leaves nothing', { timeout: 15_000 }, async () => {
    await using home = await homeWithProfile()
    // Loaded before, so that the abort meets the wait.
    await import('../../src/library/lease-runtime.js')
    const leave = new AbortController()
    const reason = new Error('not any more')
    await withProfileLock(home.paths, 'work', async () => {
      const waiting = acquireRuntime({ profile: 'work', env: home.env, signal: leave.signal })
      const rejected = expect(waiting).rejects.toBe(reason)
      setImmediate(() => leave.abort(reason))
      await rejected
    })
    await expect(acquireRuntime({ profile: 'work', env: home.env, signal: leave.signal })).rejects.toBe(reason)
    expect(await hasLiveSession('work', { env: home.env })).toBe(false)
    expect(existsSync(profileFolders(home.paths, 'work').runtime)).toBe(false)
  })
})

describe('whether a profile has a live session', () => {
  it('is true of one that the daemon runs, on a runtime or on the plain home', { timeout: 60_000 }, async () => {
    await using home = await homeWithProfile()
    for (const profile of ['default', 'work']) {
      await perchText(home, ['exec', '-d', '--name', profile, '--', 'sleep', '1000'], { env: { PERCH_PROFILE: profile } })
      expect(await hasLiveSession(profile, { env: home.env })).toBe(true)
      await perchText(home, ['kill', profile])
      // The daemon gives the lease back when the host is gone.
      await until(
        async () => (await hasLiveSession(profile, { env: home.env })) === false,
        TEST_BOUND_MS,
        () => `the end of the session of ${profile}`,
      )
    }
  })

  it('cannot be told of a record that cannot be read', async () => {
    await using home = await homeWithProfile()
    const folder = join(home.paths.state, 'sessions/01234567')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'session.json'), '{"half')
    expect(await hasLiveSession('default', { env: home.env })).toBe('unknown')
    writeFileSync(join(folder, 'exit.json'), '{}')
    expect(await hasLiveSession('default', { env: home.env })).toBe(false)
  })
})
