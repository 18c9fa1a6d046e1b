import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CommonWatches } from '../../../src/platform/watch/common-watches.js'
import { type FolderListener, watchFolder } from '../../../src/platform/watch/folder-watch.js'
import { until } from '../../kit/bounded.js'
import { workerFolder } from '../../kit/worker-folder.js'

const BOUND_MS = 10_000

interface Listened extends FolderListener, Disposable {
  readonly folder: string
  readonly names: Set<string | null>
  readonly gone: () => number
  hears(name: string): Promise<void>
}

function folder(): Listened {
  const root = mkdtempSync(join(workerFolder(), 'w'))
  const names = new Set<string | null>()
  let gone = 0
  return {
    folder: root,
    names,
    gone: () => gone,
    onChange: (name) => void names.add(name),
    onGone: () => {
      gone += 1
    },
    hears: async (name) =>
      void (await until(
        () => names.has(name),
        BOUND_MS,
        () => `${name}; heard ${[...names]}`,
      )),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  }
}

test('a file that is replaced again and again is told of each time: the watch does not go blind (failure 20)', async () => {
  using place = folder()
  const path = join(place.folder, 'document.json')
  writeFileSync(path, '0')
  const watch = watchFolder(place.folder, place)
  for (let n = 1; n <= 50; n++) {
    place.names.clear()
    writeFileSync(`${path}.tmp`, String(n))
    renameSync(`${path}.tmp`, path)
    await place.hears('document.json')
  }
  watch.close()
})

test('new, changed and removed entries are told of by name, those below a folder in it are not', async () => {
  using place = folder()
  mkdirSync(join(place.folder, 'below'))
  const watch = watchFolder(place.folder, place)
  writeFileSync(join(place.folder, 'below', 'deep'), '')
  writeFileSync(join(place.folder, 'new'), '')
  await place.hears('new')
  rmSync(join(place.folder, 'new'))
  writeFileSync(join(place.folder, 'last'), '')
  await place.hears('last')
  expect(place.names.has('deep')).toBe(false)
  watch.close()
})

test.each([
  ['removed', (path: string) => rmSync(path, { recursive: true })],
  ['moved away', (path: string) => renameSync(path, `${path}-old`)],
  [
    'replaced by another one',
    (path: string) => {
      renameSync(path, `${path}-old`)
      mkdirSync(path)
    },
  ],
])('a folder that is %s is told to be gone, once', async (_, end) => {
  using place = folder()
  const path = join(place.folder, 'watched')
  mkdirSync(path)
  const watch = watchFolder(path, place)
  end(path)
  await until(
    () => place.gone() > 0,
    BOUND_MS,
    () => 'the end',
  )
  expect(place.gone()).toBe(1)
  watch.close()
})

test('an entry that has the name of its folder is an entry', async () => {
  using place = folder()
  const path = join(place.folder, 'same')
  mkdirSync(path)
  const watch = watchFolder(path, place)
  writeFileSync(join(path, 'same'), '')
  await place.hears('same')
  expect(place.gone()).toBe(0)
  watch.close()
})

test('a link to a folder is watched as that folder; what is not there is an error', async () => {
  using place = folder()
  mkdirSync(join(place.folder, 'real'))
  symlinkSync('real', join(place.folder, 'link'))
  const watch = watchFolder(join(place.folder, 'link'), place)
  writeFileSync(join(place.folder, 'real', 'new'), '')
  await place.hears('new')
  watch.close()
  expect(() => watchFolder(join(place.folder, 'missing'), place)).toThrow('ENOENT')
})

test('many listeners share one watch, which ends with the last of them', async () => {
  using place = folder()
  let open = 0
  const watches = new CommonWatches((path, listener) => {
    const watch = watchFolder(path, listener)
    open += 1
    return {
      close: () => {
        open -= 1
        watch.close()
      },
    }
  })
  using other = folder()
  const first = watches.watch(place.folder, place)
  const second = watches.watch(place.folder, other)
  expect(open).toBe(1)
  writeFileSync(join(place.folder, 'new'), '')
  await Promise.all([place.hears('new'), other.hears('new')])
  first.close()
  first.close()
  expect(open).toBe(1)
  writeFileSync(join(place.folder, 'later'), '')
  await other.hears('later')
  second.close()
  expect(open).toBe(0)
  watches.watch(place.folder, place).close()
  expect(open).toBe(0)
})

test('a shared watch whose folder goes tells everybody, and can be made again', async () => {
  using place = folder()
  using other = folder()
  const path = join(place.folder, 'watched')
  mkdirSync(path)
  const watches = new CommonWatches()
  watches.watch(path, place)
  watches.watch(path, other)
  rmSync(path, { recursive: true })
  await until(
    () => place.gone() === 1 && other.gone() === 1,
    BOUND_MS,
    () => 'the end',
  )
  mkdirSync(path)
  const again = watches.watch(path, place)
  writeFileSync(join(path, 'new'), '')
  await place.hears('new')
  again.close()
})
