import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeFileAtomic } from '../../../src/platform/files/atomic-file.js'
import { isOwnWrite, withOwnWrites } from '../../../src/platform/files/own-writes.js'
import { placeLink } from '../../../src/runtime/tree/links.js'
import { workerFolder } from '../../kit/worker-folder.js'

test('a file is ours until somebody writes, replaces, touches or removes it; what is written beside the watcher is not', async () => {
  const folder = mkdtempSync(join(workerFolder(), 'own'))
  const path = join(folder, 'file')
  writeFileAtomic(path, 'before')
  expect(isOwnWrite(path)).toBe(false)

  const changes: readonly (() => void)[] = [
    () => appendFileSync(path, 'x'),
    () => writeFileSync(path, 'other'),
    () => utimesSync(path, 1, 1),
    () => rmSync(path),
    () => {
      rmSync(path)
      writeFileSync(path, 'ours!')
    },
  ]
  for (const change of changes) {
    withOwnWrites(() => writeFileAtomic(path, 'ours!'))
    expect(isOwnWrite(path)).toBe(true)
    change()
    expect(isOwnWrite(path)).toBe(false)
  }
  await withOwnWrites(async () => {
    await Promise.resolve()
    rmSync(path)
    placeLink(path, join(folder, 'target'), undefined)
  })
  expect(isOwnWrite(path)).toBe(true)
  writeFileSync(join(folder, 'target'), 'through the link')
  expect(isOwnWrite(path)).toBe(true)
  expect(isOwnWrite(join(folder, 'target'))).toBe(false)
  rmSync(folder, { recursive: true })
})

test('only so many are remembered', () => {
  const folder = mkdtempSync(join(workerFolder(), 'own'))
  const paths = Array.from({ length: 4_200 }, (_, at) => join(folder, String(at)))
  for (const path of paths) withOwnWrites(() => writeFileAtomic(path, ''))
  expect(isOwnWrite(paths[0] ?? '')).toBe(false)
  expect(isOwnWrite(paths.at(-1) ?? '')).toBe(true)
  rmSync(folder, { recursive: true })
})
