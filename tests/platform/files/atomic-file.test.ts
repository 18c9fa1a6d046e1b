import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ensureFolder,
  readFileIfPresent,
  readJsonIfPresent,
  writeError,
  writeFileAtomic,
  writeJsonAtomic,
} from '../../../src/platform/files/atomic-file.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perch-atomic-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('an atomic write', () => {
  it('replaces the file, with the mode asked for, and leaves no staging name', () => {
    const path = join(folder, 'file')
    writeFileAtomic(path, 'one')
    writeFileAtomic(path, 'two', { mode: 0o640, durable: true })
    expect(readFileSync(path, 'utf8')).toBe('two')
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder)).toEqual(['file'])
  })

  it('makes perch files private', () => {
    writeJsonAtomic(join(folder, 'private'), { a: 1 })
    expect(statSync(join(folder, 'private')).mode & 0o777).toBe(0o600)
    ensureFolder(join(folder, 'a/b'))
    expect(statSync(join(folder, 'a/b')).mode & 0o777).toBe(0o700)
  })

  it('keeps the old content and leaves nothing behind when it fails', () => {
    mkdirSync(join(folder, 'target'))
    expect(() => writeFileAtomic(join(folder, 'target'), 'x')).toThrow()
    expect(readdirSync(folder)).toEqual(['target'])
  })

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full, as the kernel says it', () => {
    const enospc = errorOf(() => writeFileSync('/dev/full', 'x'))
    expect(writeError('/some/file', enospc)).toMatchObject({ code: 'disk-full', cause: enospc, hint: expect.any(String) })
  })

  it('says that a place cannot be written, and passes on what it does not know', () => {
    expect(writeError('/f', Object.assign(new Error('x'), { code: 'EROFS' }))).toMatchObject({ code: 'not-writable' })
    const other = new Error('other')
    expect(writeError('/f', other)).toBe(other)
  })
})

function errorOf(action: () => void): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return expect.fail('it did not throw')
}

describe('reading', () => {
  it('tells a missing file from a broken one', () => {
    expect(readFileIfPresent(join(folder, 'none'))).toBeUndefined()
    expect(readJsonIfPresent(join(folder, 'none'))).toBeUndefined()
    writeFileSync(join(folder, 'broken'), '{"a":')
    expect(() => readJsonIfPresent(join(folder, 'broken'))).toThrow(expect.objectContaining({ code: 'corrupt-file' }))
  })
})
