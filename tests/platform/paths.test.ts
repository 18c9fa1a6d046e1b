import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { preparePerchFolders } from '../../src/platform/files/safe-folder.js'
import { daemonSocketPath, perchPaths, SOCKET_PATH_LIMIT_BYTES, sessionSocketPath } from '../../src/platform/paths.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perch-p-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('where things live', () => {
  it('is one folder with PERCH_HOME', () => {
    const paths = perchPaths({ PERCH_HOME: '/x/perch', XDG_CONFIG_HOME: '/elsewhere' })
    expect(new Set(Object.values(paths))).toEqual(new Set(['/x/perch']))
  })

  it('follows XDG, and ignores relative values as XDG asks', () => {
    const paths = perchPaths({ HOME: '/h', XDG_STATE_HOME: '/s', XDG_DATA_HOME: 'relative', XDG_RUNTIME_DIR: '/run/user/7' })
    expect(paths.state).toBe('/s/perch')
    expect(paths.runtime).toBe('/run/user/7/perch')
    if (process.platform === 'linux') expect(paths.data).toBe('/h/.local/share/perch')
  })

  it('are found from within a session whose XDG_DATA_HOME is a runtime', () => {
    expect(perchPaths({ HOME: '/h', XDG_DATA_HOME: '/my data/perch/profiles/o1/runtime' }).data).toBe('/my data/perch')
    expect(perchPaths({ HOME: '/h', XDG_DATA_HOME: '/d/profiles/o1/runtime' }).data).toBe('/d/profiles/o1/runtime/perch')
  })

  it('keeps socket names short', () => {
    const paths = perchPaths({ PERCH_HOME: '/x' })
    expect(sessionSocketPath(paths, '0123abcd')).toBe('/x/s/0123abcd.sock')
    expect(daemonSocketPath(paths).length).toBeLessThan(SOCKET_PATH_LIMIT_BYTES)
  })
})

describe('the folders of perch', () => {
  const prepare = (home: string) => preparePerchFolders(perchPaths({ PERCH_HOME: home }))

  it('are made private', () => {
    const home = join(folder, 'home')
    prepare(home)
    for (const path of [home, join(home, 'profiles'), join(home, 'sessions'), join(home, 's')]) {
      expect(statSync(path).mode & 0o777).toBe(0o700)
    }
  })

  it('are tightened when only their mode was too open to read', () => {
    chmodSync(folder, 0o755)
    prepare(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  it.each([
    ['writable by everybody', () => chmodSync(folder, 0o777), 'unsafe-folder'],
    ['a link to another folder', () => symlinkSync(tmpdir(), join(folder, 'link')), 'unsafe-folder'],
    ['too deep for a socket', () => undefined, 'socket-path-too-long'],
  ])('are refused when %s, with nothing made', (why, arrange, code) => {
    arrange()
    const home = why.startsWith('a link') ? join(folder, 'link') : why.startsWith('too') ? join(folder, 'x'.repeat(100)) : folder
    expect(() => prepare(home)).toThrow(expect.objectContaining({ code, hint: expect.stringMatching(/PERCH_HOME|chmod/) }))
    expect(existsSync(join(home, 'sessions'))).toBe(false)
  })

  it.skipIf(process.getuid?.() !== 0)('are refused when they belong to someone else', () => {
    const home = join(folder, 'theirs')
    mkdirSync(home, { mode: 0o700 })
    chownSync(home, 65534, 65534)
    expect(() => prepare(home)).toThrow(
      expect.objectContaining({ code: 'unsafe-folder', message: expect.stringContaining('65534') }),
    )
  })
})
