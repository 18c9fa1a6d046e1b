/** What a process remembers of documents: never more than its limit, and nothing that a file does not say any more. */
import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DocumentMemory } from '../../../src/runtime/documents/document-memory.js'

const LONG_AGO = new Date(Date.now() - 60_000)

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memory-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, document: unknown, at?: Date): string {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(document))
  if (at !== undefined) utimesSync(path, at, at)
  return path
}

function documentAt(memory: DocumentMemory, path: string): unknown {
  const file = memory.read(path)
  return file.kind === 'document' ? file.document : file.kind
}

test('a file that has not changed is the same object again', () => {
  const memory = new DocumentMemory()
  for (const at of [undefined, LONG_AGO]) {
    const path = write('one.json', { a: { b: 1 } }, at)
    expect(documentAt(memory, path)).toBe(documentAt(memory, path))
  }
})

test('one that was written to, replaced, broken or deleted is not', () => {
  const memory = new DocumentMemory()
  const path = write('one.json', { a: 1 }, LONG_AGO)
  expect(documentAt(memory, path)).toEqual({ a: 1 })
  write('one.json', { a: 2 }, LONG_AGO)
  expect(documentAt(memory, path)).toEqual({ a: 2 })
  renameSync(write('other.json', { a: 3 }, LONG_AGO), path)
  expect(documentAt(memory, path)).toEqual({ a: 3 })
  writeFileSync(path, '{"a"')
  expect(documentAt(memory, path)).toBe('unreadable')
  rmSync(path)
  expect(documentAt(memory, path)).toBe('absent')
})

test('a hundred writes of one length within a moment are each seen', () => {
  const memory = new DocumentMemory()
  for (let value = 100; value < 200; value++) expect(documentAt(memory, write('one.json', { value }))).toEqual({ value })
})

test('what was used last is kept within the limit, and after clearing nothing is', () => {
  const memory = new DocumentMemory(2_500)
  const paths = ['a', 'b', 'c'].map((name) => write(name, { [name]: 'x'.repeat(1_000), part: {} }, LONG_AGO))
  const [a, b, c] = paths.map((path) => documentAt(memory, path))
  expect([c, b].map((document, at) => document === documentAt(memory, paths[2 - at] ?? ''))).toEqual([true, true])
  expect(documentAt(memory, paths[0] ?? '')).not.toBe(a)
  memory.clear()
  expect(documentAt(memory, paths[1] ?? '')).not.toBe(b)
})

test('a document that is too large to be merged live is read, and forgotten', () => {
  const memory = new DocumentMemory()
  const path = write('large.json', { text: 'x'.repeat(17 * 1024 * 1024), part: { a: 1 } }, LONG_AGO)
  const first = documentAt(memory, path)
  expect(first).toMatchObject({ part: { a: 1 } })
  expect(documentAt(memory, path)).not.toBe(first)
})
