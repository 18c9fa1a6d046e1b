/** The built programs work with V8's code cache, without it, and with one that is damaged or of another build. */
import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { expect, test } from 'vitest'
import { perchBundle } from '../kit/perch-program.js'
import { runProgram } from '../kit/running-program.js'
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.js'

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** A copy of the built programs, and the names of their caches. */
function install(home: TemporaryHome) {
  const dist = join(home.folder('installed'), 'dist')
  cpSync(dirname(perchBundle()), dist, { recursive: true })
  symlinkSync(MODULES, join(home.root, 'installed/node_modules'))
  const caches = readdirSync(dist).filter((name) => name.endsWith('.cache'))
  const perch = (...args: string[]) =>
    runProgram(process.execPath, [join(dist, 'perch.cjs'), ...args], { env: home.env, cwd: home.home })
  return { dist, caches, perch }
}

test('each program has a cache for the Node that built it', async () => {
  await using home = temporaryHome()
  const { caches } = install(home)
  expect(caches.map((name) => name.split('.')[0]).sort()).toEqual([
    'host',
    'perch',
    'perch-asking',
    'perch-attach',
    'perch-complete',
    'perch-top',
    'perchd',
    'shim',
  ])
  for (const name of caches) expect(name).toContain(`${process.platform}-${process.arch}-${process.versions.v8}`)
})

test('Node takes each of them for the program beside it', async () => {
  await using home = temporaryHome()
  const { dist, caches } = install(home)
  for (const name of caches) {
    const source = readFileSync(join(dist, `${name.split('.')[0]}.bundle.js`), 'utf8')
    const { cachedDataRejected } = new Script(source, { cachedData: readFileSync(join(dist, name)) })
    expect(cachedDataRejected, name).toBe(false)
  }
})

test.each([
  ['removed', (path: string) => rmSync(path)],
  ['cut off', (path: string) => truncateSync(path, 1_000)],
  ['empty', (path: string) => truncateSync(path, 0)],
  ['something else', (path: string) => writeFileSync(path, 'not a cache at all')],
])('a cache that is %s costs time and nothing else', async (_, damage) => {
  await using home = temporaryHome()
  const { dist, caches, perch } = install(home)
  for (const name of caches) damage(join(dist, name))
  const before = readdirSync(dist)
  const { stdout, stderr, code } = await perch('exec', '--', 'sh', '-c', 'echo out; exit 3')
  expect({ code, stdout: stdout.toString(), stderr: stderr.toString() }).toEqual({ code: 3, stdout: 'out\n', stderr: '' })
  // Nothing is written into an installed package.
  expect(readdirSync(dist)).toEqual(before)
})
