import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readProfileFile } from '../../src/profiles/profile-file.js'
import { BUILT_IN } from '../kit/built-in-agents.js'

let path: string
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'profile-')), 'profile.toml')
})
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }))

function read(text: string) {
  writeFileSync(path, text)
  return readProfileFile(path, 'work', BUILT_IN)
}

test('everything that a profile may say', () => {
  const profile = read(`
agent = "claude"
isolated = false
share = ["debug/"]
private = ["projects"]
api-key-command = "pass show key"
base-url = "https://proxy.example/v1"
warn-at = 80

[env]
FOO = "1"

[settings]
model = "small"
[settings.permissions]
defaultMode = "plan"
`)
  expect(profile).toEqual({
    name: 'work',
    agent: 'claude',
    plainHome: false,
    isolated: false,
    share: ['debug'],
    private: ['projects'],
    env: { FOO: '1' },
    settings: { model: 'small', permissions: { defaultMode: 'plan' } },
    command: null,
    apiKeyCommand: 'pass show key',
    baseUrl: 'https://proxy.example/v1',
    warnAt: 80,
    warnings: [],
  })
})

test('an unknown key is kept and warned about, with its line', () => {
  const { warnings } = read('agent = "claude"\n\nfuture = 1\n')
  expect(warnings).toEqual([`${path}, line 3: unknown key future (kept, not used)`])
})

test.each([
  ['agent = 5', 1, 'agent must be the name of an agent'],
  ['agent = "nobody"', 1, 'no agent named "nobody"'],
  ['isolated = true', 1, 'agent must be set'],
  ['agent = "claude"\nisolated = "yes"', 2, 'isolated must be true or false'],
  ['agent = "claude"\nshare = ["../x"]', 2, 'share must be a list of names'],
  ['agent = "claude"\nprivate = "projects"', 2, 'private must be a list of names'],
  ['agent = "claude"\ncommand = []', 2, 'command must be a list of strings'],
  ['agent = "claude"\nwarn-at = 101', 2, 'warn-at must be a number from 0 to 100'],
  ['agent = "claude"\nbase-url = "ftp://x"', 2, 'base-url must be a URL'],
  ['agent = "claude"\n\n[env]\nA = "1"\nB = 2', 5, 'env.B must be a string'],
  ['agent = "claude"\nenv.B = 2', 2, 'env.B must be a string'],
  ['agent = "claude"\nenv = 1', 2, 'env must be a table'],
  ['agent = "claude"\nsettings = []', 2, 'settings must be a table'],
  ['agent = "claude"\nx = = 1', 2, 'invalid value'],
])('%j is an error that names the file, the line and what was expected', (text, line, expected) => {
  expect(() => read(text)).toThrowError(
    expect.objectContaining({ code: 'corrupt-profile', message: expect.stringContaining(`${path}, line ${line}: `) }),
  )
  expect(() => read(text)).toThrowError(expected)
})

test('a missing file and bytes that are not text are errors with the same code', () => {
  expect(() => readProfileFile(path, 'work', BUILT_IN)).toThrowError(expect.objectContaining({ code: 'corrupt-profile' }))
  writeFileSync(path, Buffer.from([0, 1, 2, 255]))
  expect(() => readProfileFile(path, 'work', BUILT_IN)).toThrowError(expect.objectContaining({ code: 'corrupt-profile' }))
})
