/** One PERCH_HOME, used with two HOMEs (`sudo -E`, a container, a test rig): what a session left goes where it came from. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { acquireRuntime } from '../../src/runtime/acquire.js'
import { releaseRuntime } from '../../src/runtime/release.js'
import { openProfileLab, type ProfileLab, readJson, readText, writeByRename, writeNew } from './profile-lab.js'

/** The requests of somebody with another HOME. */
function elsewhere(lab: ProfileLab) {
  const home = join(lab.root, 'elsewhere')
  mkdirSync(join(home, '.claude'), { recursive: true })
  writeNew(join(home, '.claude', 'CLAUDE.md'), 'of elsewhere')
  const { paths, profile, agent } = lab
  const request = { paths, profile, agent, home, leaseId: 'two' }
  return {
    home,
    acquire: () => acquireRuntime({ ...request, env: { PERCH_LINK_MODE: lab.linkMode } }),
    release: () => releaseRuntime(request),
  }
}

function builtFor(lab: ProfileLab): unknown {
  return readJson(join(lab.folders.sync, 'index.json')).home
}

describe.each(['link', 'copy'] as const)('in %s mode', (linkMode) => {
  test('beside a live session of the first HOME the second is refused, and nothing changes', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.inShared('CLAUDE.md'), 'of home')
    await lab.acquire()
    await expect(elsewhere(lab).acquire()).rejects.toMatchObject({
      code: 'profile-in-use',
      message: expect.stringContaining(lab.home),
    })
    expect(readText(lab.inRuntime('CLAUDE.md'))).toBe('of home')
    expect(readdirSync(lab.folders.leases)).toEqual(['one.json'])
    await lab.release()
  })

  test('what a dead session left goes to its own HOME, and the runtime is built for the new one', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.inShared('CLAUDE.md'), 'of home')
    writeNew(lab.globalDocument, '{"theme":"dark"}')
    const { leasePath } = await lab.acquire()
    expect(builtFor(lab)).toBe(lab.home)
    writeNew(lab.inRuntime('note.md'), 'made under home')
    writeByRename(lab.inRuntime('.claude.json'), '{"theme":"light"}')
    rmSync(leasePath ?? '')
    const second = elsewhere(lab)
    await second.acquire()
    expect(builtFor(lab)).toBe(second.home)
    expect(readText(lab.inRuntime('CLAUDE.md'))).toBe('of elsewhere')
    expect(readText(lab.inShared('note.md'))).toBe('made under home')
    expect(readJson(lab.globalDocument)).toEqual({ theme: 'light' })
    await second.release()
    expect(existsSync(join(second.home, '.claude', 'note.md'))).toBe(false)
    expect(existsSync(join(second.home, '.claude.json'))).toBe(false)
  })

  test('a late release of a session of the first HOME mixes nothing', async () => {
    await using lab = await openProfileLab({ linkMode })
    const { leasePath } = await lab.acquire()
    rmSync(leasePath ?? '')
    const second = elsewhere(lab)
    await second.acquire()
    writeByRename(lab.inRuntime('settings.json'), '{"theme":"light"}')
    expect(await lab.release()).toMatchObject({ kept: true })
    expect(existsSync(lab.inShared('settings.json'))).toBe(false)
    expect(readJson(join(second.home, '.claude', 'settings.json'))).toEqual({ theme: 'light' })
    await second.release()
  })

  test('the same HOME by another name is no other one', async () => {
    await using lab = await openProfileLab({ linkMode })
    writeNew(lab.inShared('CLAUDE.md'), 'of home')
    await lab.acquire()
    const alias = join(lab.root, 'alias')
    symlinkSync(lab.home, alias)
    const { paths, profile, agent } = lab
    await acquireRuntime({ paths, profile, agent, home: alias, leaseId: 'two', env: { PERCH_LINK_MODE: linkMode } })
    expect(readText(lab.inRuntime('CLAUDE.md'))).toBe('of home')
    writeNew(lab.inRuntime('note.md'), 'new')
    await lab.release('two')
    await lab.release()
    expect(readText(lab.inShared('note.md'))).toBe('new')
  })

  test('a HOME that is gone is not made again', async () => {
    await using lab = await openProfileLab({ linkMode })
    const second = elsewhere(lab)
    await second.acquire()
    rmSync(second.home, { recursive: true })
    rmSync(join(lab.folders.leases, 'two.json'))
    await lab.acquire()
    expect(existsSync(second.home)).toBe(false)
    await lab.release()
  })
})
