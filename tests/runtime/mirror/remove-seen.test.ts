import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lookAt } from '../../../src/runtime/tree/mirror/look.js'
import { removeSeen } from '../../../src/runtime/tree/mirror/remove-seen.js'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seen-'))
  path = join(folder, 'entry')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a file goes while it is what was looked at, and stays when it was written since', () => {
  writeFileSync(path, 'one')
  const seen = lookAt(path)
  writeFileSync(path, 'two')
  expect([removeSeen(seen, path), readFileSync(path, 'utf8')]).toEqual([false, 'two'])
  expect([removeSeen(lookAt(path), path), readdirSync(folder)]).toEqual([true, []])
})

test('a link goes while it leads where it did', () => {
  symlinkSync('one', path)
  const seen = lookAt(path)
  rmSync(path)
  symlinkSync('two', path)
  expect([removeSeen(seen, path), readdirSync(folder)]).toEqual([false, ['entry']])
  expect([removeSeen(lookAt(path), path), readdirSync(folder)]).toEqual([true, []])
})

test('of a file that is reached by a link the link goes, unless the file was written since', () => {
  const real = join(folder, 'real')
  writeFileSync(real, 'one')
  symlinkSync(real, path)
  const seen = lookAt(real)
  writeFileSync(real, 'longer')
  expect([removeSeen(seen, path), lstatSync(path).isSymbolicLink()]).toEqual([false, true])
  expect([removeSeen(lookAt(real), path), readdirSync(folder)]).toEqual([true, ['real']])
})
