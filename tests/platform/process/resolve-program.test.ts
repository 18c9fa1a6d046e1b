import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { requireCommand, requireFolder, resolveProgram } from '../../../src/platform/process/resolve-program.js'
import { type TemporaryHome, temporaryHome } from '../../kit/temporary-home.js'

function program(folder: string, name: string, mode = 0o755): string {
  const path = join(folder, name)
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, mode)
  return path
}

function twoFolders(home: TemporaryHome) {
  const first = home.folder('first')
  const second = home.folder('second')
  return { first, second, lookup: { path: `${first}:${second}`, cwd: home.home } }
}

describe('finding a program', () => {
  it('takes the first executable file of PATH', async () => {
    await using home = temporaryHome()
    const { first, second, lookup } = twoFolders(home)
    const later = program(second, 'tool')
    expect(resolveProgram('tool', lookup)).toBe(later)
    const earlier = program(first, 'tool')
    expect(resolveProgram('tool', lookup)).toBe(earlier)
  })

  it('goes past folders, files without permission and dead links of that name', async () => {
    await using home = temporaryHome()
    const { first, second, lookup } = twoFolders(home)
    mkdirSync(join(first, 'folder'))
    program(first, 'plain', 0o644)
    symlinkSync('/nowhere', join(first, 'dead'))
    for (const name of ['folder', 'plain', 'dead']) {
      const path = program(second, name)
      expect(resolveProgram(name, lookup)).toBe(path)
    }
  })

  it('understands a name with a slash as a path from the working folder', async () => {
    await using home = temporaryHome()
    const path = program(home.folder('home/bin'), 'tool')
    expect(resolveProgram('bin/tool', { path: undefined, cwd: home.home })).toBe(path)
    expect(resolveProgram('./bin/../bin/tool', { path: undefined, cwd: home.home })).toBe(path)
    expect(resolveProgram(path, { path: undefined, cwd: '/' })).toBe(path)
    expect(resolveProgram('/bin/sh', { path: '', cwd: '/' })).toBe('/bin/sh')
  })

  it('takes an empty or relative entry of PATH from the working folder, and a default without PATH', async () => {
    await using home = temporaryHome()
    const path = program(home.home, 'tool')
    const nested = program(home.folder('home/bin'), 'other')
    expect(resolveProgram('tool', { path: ':/nowhere', cwd: home.home })).toBe(path)
    expect(resolveProgram('other', { path: 'bin', cwd: home.home })).toBe(nested)
    expect(resolveProgram('sh', { path: undefined, cwd: '/' })).toMatch(/\/sh$/)
  })

  it.each([
    ['missing in PATH', 'nope', 'program-not-found'],
    ['missing as a path', './nope', 'program-not-found'],
    ['below a file', './plain/nope', 'program-not-found'],
    ['a name of 5,000 characters', 'x'.repeat(5_000), 'program-not-found'],
    ['a folder', '/', 'program-not-executable'],
    ['a file without permission', './plain', 'program-not-executable'],
    ['a file without permission in PATH', 'plain', 'program-not-executable'],
    ['a device', '/dev/null', 'program-not-executable'],
    ['nothing', '', 'empty-command'],
  ])('refuses %s', async (_, name, code) => {
    await using home = temporaryHome()
    program(home.home, 'plain', 0o644)
    const lookup = { path: home.home, cwd: home.home }
    expect(() => resolveProgram(name, lookup)).toThrowError(expect.objectContaining({ code, hint: expect.any(String) }))
  })
})

describe('what a session starts from', () => {
  it('needs a command', () => {
    expect(requireCommand(['sh', '-c', ''])).toEqual(['sh', '-c', ''])
    for (const argv of [[], ['']])
      expect(() => requireCommand(argv)).toThrowError(expect.objectContaining({ code: 'empty-command' }))
  })

  it('needs a folder that exists', async () => {
    await using home = temporaryHome()
    requireFolder(home.home)
    for (const path of [join(home.home, 'missing'), program(home.home, 'file'), 'relative']) {
      expect(() => requireFolder(path)).toThrowError(expect.objectContaining({ code: 'folder-not-found' }))
    }
  })
})
