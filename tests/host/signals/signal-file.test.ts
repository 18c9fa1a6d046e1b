/** The signals of a session on disk: numbered without a hole, each once, whatever the disk does. */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSignalFiles, SIGNAL_FILE_LIMIT_BYTES, SignalFile, signalFilePaths } from '../../../src/host/signals/signal-file.js'
import { requiresPlatform, requiresRoot } from '../../kit/requirement.js'
import { mountSmallDisk } from '../../kit/small-disk.js'
import { signalFolder } from '../kit/signal-folder.js'

const request = (key: string) =>
  ({
    kind: 'request',
    at: 1,
    key,
    conversation: null,
    model: 'some-model',
    tokens: { input: 1, output: 1, cacheRead: 0, cacheCreation: 0 },
    costUsd: null,
  }) as const

test('what was appended is read after a number, in its order', async () => {
  using it = signalFolder()
  const folder = it.path
  const file = new SignalFile(folder)
  file.append([request('a'), request('b')])
  file.append([])
  file.append([request('c')])

  expect(keysAfter(folder, 0)).toEqual(['1 a', '2 b', '3 c'])
  expect(keysAfter(folder, 2)).toEqual(['3 c'])
  expect(keysAfter(folder, 3)).toEqual([])
})

test('lines that are damaged, cut off or of a later version are left out, and a number counts once', async () => {
  using it = signalFolder()
  const folder = it.path
  new SignalFile(folder).append([request('a')])
  const [line = ''] = readFileSync(signalFilePaths(folder).path, 'utf8').split('\n')
  appendFileSync(
    signalFilePaths(folder).path,
    `${line}\n{"n":2,"kind":"poem"}\n\0\0\n${line.replace('"n":1', '"n":3')}\n${line.slice(0, 9)}`,
  )

  expect(keysAfter(folder, 0)).toEqual(['1 a', '3 a'])
})

test('a file that is full is kept as the older one, and the one before it is dropped', async () => {
  using it = signalFolder()
  const folder = it.path
  const file = new SignalFile(folder)
  writeFileSync(signalFilePaths(folder).path, ' '.repeat(SIGNAL_FILE_LIMIT_BYTES))
  file.append([request('a')])
  file.append([request('b')])

  expect(keysAfter(folder, 0)).toEqual(['1 a', '2 b'])
  appendFileSync(signalFilePaths(folder).path, ' '.repeat(SIGNAL_FILE_LIMIT_BYTES))
  file.append([request('c')])
  expect(keysAfter(folder, 0)).toEqual(['2 b', '3 c'])
})

test('a disk that is full fails the append; what is tried again is there once', async (context) => {
  requiresPlatform(context, 'linux')
  requiresRoot(context)
  using it = signalFolder()
  const folder = it.path
  await using _disk = mountSmallDisk(folder, 'size=512k')
  const file = new SignalFile(folder)
  file.append([request('a')])
  const many = Array.from({ length: 1_000 }, (_, index) => request(`b${index}`))
  const filling = join(folder, 'filling')
  writeFileSync(filling, Buffer.alloc(420 * 1024))
  expect(() => file.append(many)).toThrow(/ENOSPC/)
  rmSync(filling)
  // Another one comes before it is tried again.
  file.append([request('c')])
  file.append(many)

  expect(keysAfter(folder, 0)).toEqual(['1 a', '2 c', ...many.map(({ key }, index) => `${index + 3} ${key}`)])
})

function keysAfter(folder: string, after: number): readonly string[] {
  return readSignalFiles(folder, after).map((signal) => `${signal.n} ${signal.kind === 'windows' ? '' : signal.key}`)
}
