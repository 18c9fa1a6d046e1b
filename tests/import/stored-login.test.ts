/** Files of other tools, as strange as they come. */
import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { claude } from '../../src/agents/claude.js'
import type { LoginEncoding } from '../../src/import/found-account.js'
import { readStoredLogin } from '../../src/import/stored-login.js'
import { temporaryHome } from '../kit/temporary-home.js'

const LOGIN = '{"claudeAiOauth":{"accessToken":"at","refreshToken":"rt","expiresAt":7},"mcpOAuth":{}}'

function read(path: string, encoding: LoginEncoding = 'plain') {
  if (claude.relocation === null) throw new Error('it can be moved')
  return readStoredLogin({ path, encoding }, claude.relocation.credential, 'is not there')
}

test('a login is read whole, plain or as base64', async () => {
  await using home = temporaryHome()
  const [plain, encoded] = [join(home.home, 'plain'), join(home.home, 'encoded')]
  writeFileSync(plain, LOGIN)
  writeFileSync(encoded, `${Buffer.from(LOGIN).toString('base64')}\n`)
  const login = { bytes: Buffer.from(LOGIN), tokens: ['at', 'rt'], expiresAt: 7 }
  expect(read(plain)).toMatchObject({ kind: 'stored', login })
  expect(read(encoded, 'base64')).toMatchObject({ kind: 'stored', login })
})

test('what is no login of this user alone is not taken, and is said to be why', async () => {
  await using home = temporaryHome()
  const at = (name: string) => join(home.home, name)
  const unusable = (why: string) => ({ kind: 'unusable', why: expect.stringContaining(why) })
  writeFileSync(at('login'), LOGIN)
  symlinkSync(at('login'), at('link'))
  expect(read(at('link'))).toMatchObject(unusable('is a link'))
  linkSync(at('login'), at('second'))
  expect(read(at('second'))).toMatchObject(unusable('has 2 names'))
  writeFileSync(at('open'), LOGIN)
  chmodSync(at('open'), 0o666)
  expect(read(at('open'))).toMatchObject(unusable('can be written by every user'))
  mkdirSync(at('folder'))
  expect(read(at('folder'))).toMatchObject(unusable('is not a file'))
  execFileSync('mkfifo', [at('pipe')])
  expect(read(at('pipe'))).toMatchObject(unusable('is not a file'))
  writeFileSync(at('huge'), '')
  truncateSync(at('huge'), 2 ** 31)
  expect(read(at('huge'))).toMatchObject(unusable('is larger than'))
  for (const text of ['', '{', '{}', '[]', 'null', '\0', '{"claudeAiOauth":7}', '['.repeat(100_000)]) {
    writeFileSync(at('torn'), text)
    expect(read(at('torn'))).toMatchObject(unusable('holds no whole login'))
  }
  writeFileSync(at('text'), 'not base64!')
  expect(read(at('text'), 'base64')).toMatchObject(unusable('is not base64'))
})

test('a login that is over, or is not there, is said to be absent', async () => {
  await using home = temporaryHome()
  const path = join(home.home, 'login')
  expect(read(path)).toEqual({ kind: 'absent', why: 'is not there' })
  writeFileSync(path, '{"claudeAiOauth":{"accessToken":"","refreshToken":""}}')
  expect(read(path)).toMatchObject({ kind: 'absent', why: expect.stringContaining('blanked') })
  writeFileSync(path, '{"mcpOAuth":{}}')
  expect(read(path)).toMatchObject({ kind: 'absent' })
})
