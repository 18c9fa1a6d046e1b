/**
 * What both commands of the README need first: a machine that can run perch, installed dependencies, a fresh build.
 * Only Node's own modules are used here, since nothing may be installed yet. Everything is said on stderr: stdout
 * belongs to the program that runs afterwards.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Dependencies with the development tools take about 330 MB, the build 5 MB. */
const SPACE_TO_INSTALL_BYTES = 500 * 1024 * 1024
const OLDEST_NODE = [20, 19]
const BUILD_INPUTS = [
  'src',
  'scripts/build.mjs',
  'scripts/build-program.mjs',
  'scripts/program-loader.cjs',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
]
const BUILD_STAMP = join(root, 'dist', '.inputs')

/** Installs if the lockfile asks for something that is not there, builds if a source changed; otherwise does nothing. */
export function setUp() {
  requireNode()
  if (!isInstalled()) install()
  requireNativeParts()
  build()
}

/** Builds `dist` unless it was built from exactly these sources. */
export function build() {
  const inputs = hashOf(BUILD_INPUTS)
  if (existsSync(BUILD_STAMP) && readFileSync(BUILD_STAMP, 'utf8') === inputs) return
  say('building')
  run(process.execPath, [join(root, 'scripts/build.mjs')], 'The build failed; the messages above say where.')
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(BUILD_STAMP, inputs)
}

export function say(message) {
  process.stderr.write(`perch: ${message}\n`)
}

/** Says what is wrong and what to do, and ends. */
export function fail(message, hint) {
  say(message)
  if (hint) process.stderr.write(`       ${hint}\n`)
  process.exit(1)
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  fail(
    `Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`,
    'Install a newer Node and run the command again.',
  )
}

/** Whether node_modules holds every package of the lockfile in its version (optional ones may be for other platforms). */
function isInstalled() {
  const wanted = readPackages(join(root, 'package-lock.json'))
  const present = readPackages(join(root, 'node_modules/.package-lock.json'))
  if (!wanted || !present) return false
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const found = present[path]
    return found ? found.version === entry.version : entry.optional === true || entry.peer === true
  })
}

function install() {
  requireSpace()
  say('installing dependencies (npm ci)')
  const npm = process.env.npm_execpath
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []]
  run(
    command,
    [...first, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    'npm could not install the dependencies; its messages are above. Check the network and the free space, then run the command again.',
  )
}

function requireSpace() {
  const { bavail, bsize } = statfsSync(root)
  if (bavail * bsize >= SPACE_TO_INSTALL_BYTES) return
  fail(
    `installing needs ${SPACE_TO_INSTALL_BYTES / 1024 / 1024} MB free in ${root}; there are ${Math.floor((bavail * bsize) / 1024 / 1024)} MB.`,
    'Free some space and run the command again.',
  )
}

/** The two native parts come prebuilt; no compiler is ever asked for. Their absence means a platform without a prebuilt one. */
function requireNativeParts() {
  const require = createRequire(join(root, 'package.json'))
  const platform = `${process.platform}-${process.arch}`
  for (const [what, load] of [
    ['terminals', () => require(`@lydell/node-pty-${platform}/pty.node`)],
    ['file locks', () => require('fs-native-extensions')],
  ]) {
    try {
      load()
    } catch (error) {
      fail(
        `the prebuilt binary for ${what} does not load on ${platform}: ${error.message.split('\n')[0]}`,
        'perch runs on Linux (glibc), macOS and Windows, x64 and arm64. If yours is one of them, remove node_modules and try again.',
      )
    }
  }
}

function run(command, args, whenItFails) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (result.error) fail(`${command} could not be started: ${result.error.message}`, whenItFails)
  if (result.status !== 0) fail(`${[command, ...args].join(' ')} failed`, whenItFails)
}

function readPackages(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined
}

function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) {
    for (const file of filesOf(join(root, path))) hash.update(`${relative(root, file)}\0`).update(readFileSync(file))
  }
  return hash.digest('hex')
}

function filesOf(path) {
  const entries = existsSync(path) ? readdirSafely(path) : []
  return entries === undefined ? [path] : entries.sort().flatMap((name) => filesOf(join(path, name)))
}

function readdirSafely(path) {
  try {
    return readdirSync(path)
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  }
}
