/**
 * Builds `dist`: one bundled file for each program (a program's start is dominated by loading files, `build-program.mjs`), the
 * library as an ES module, and the type declarations. An argument names another folder than `dist`.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { buildProgram } from './build-program.mjs'
import { lazyBuiltins, ownRequire } from './lazy-builtins.mjs'
import { warmCache } from './warm-cache.mjs'
import { warmPrograms } from './warm-programs.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
/** Scripts that a program runs in a thread of its own. */
const THREADS = { screen: 'src/screen/thread/main.ts' }
const PROGRAMS = { perch: 'src/cli/main.ts', perchd: 'src/daemon/main.ts', host: 'src/host/main.ts', shim: 'src/shim/main.ts' }

/**
 * Parts of a program that do for some commands what the whole one does, and start much faster (`quick-part.mjs`). Of what is
 * loaded later, a part contains what it names here, and hands over to the whole program at `leaves`: the first is for what may
 * be needed at any time, the second must be reached only while a command can still be begun once more. What is in `alone` no
 * other command is to read along: the whole program has it from the part.
 */
const QUICK_PARTS = {
  perch: [
    {
      name: 'perch-asking',
      words: ['ls', 'show', 'help', '--help', '-h', '--version', '-V'],
      contains: ['cli/help.ts', 'cli/verbs/ls.ts', 'cli/verbs/show.ts', 'client/perch-client.ts'],
      leaves: ['api/', 'cli/verbs/', 'client/'],
    },
    {
      name: 'perch-complete',
      words: ['__complete'],
      contains: ['cli/verbs/complete.ts'],
      leaves: ['cli/help.ts', 'cli/pick-session.ts', 'cli/show-ended.ts', 'cli/verbs/', 'client/'],
    },
    {
      name: 'perch-attach',
      words: ['attach', 'next'],
      contains: ['api/', 'cli/verbs/attach.ts', 'cli/verbs/next.ts', 'cli/show-ended.ts', 'cli/terminal/', 'client/'],
      leaves: ['cli/help.ts', 'cli/pick-session.ts', 'cli/verbs/'],
    },
    {
      name: 'perch-top',
      // `perch` alone is the dashboard on a terminal, and help elsewhere.
      words: ['top', ''],
      contains: [
        'api/',
        'cli/help.ts',
        'cli/show-ended.ts',
        'cli/terminal/',
        'cli/verbs/attach.ts',
        'cli/verbs/top.ts',
        'client/',
      ],
      leaves: ['cli/pick-session.ts', 'cli/verbs/'],
      alone: ['cli/verbs/top.ts'],
    },
  ],
}

const LATE_FOR_SHIMS = ['child_process', 'crypto', 'fs/promises', 'timers/promises', 'tty', 'zlib'].map((name) => `node:${name}`)

/** Stands before the start of an agent, every time: what most of these starts do not need is not loaded. */
const SHIM_PLUGINS = [ownRequire, lazyBuiltins(LATE_FOR_SHIMS)]

/** Native code cannot be bundled; it stays a dependency of the package. */
const NATIVE = ['@lydell/node-pty', '@lydell/node-pty-*', 'fs-native-extensions', 'libsql']

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  external: NATIVE,
  logLevel: 'warning',
  legalComments: 'none',
}

// Built beside the old one and swapped at the end: a perch that runs meanwhile always finds all of its programs.
const target = join(root, process.argv[2] ?? 'dist')
const staging = `${target}.staging-${process.pid}`
try {
  await Promise.all([buildPrograms(), buildThreads(), buildLibrary()])
  await warm()
  buildTypes()
  rmSync(target, { recursive: true, force: true })
  renameSync(staging, target)
} finally {
  rmSync(staging, { recursive: true, force: true })
}

/** The programs work with the caches that they have: a machine on which they cannot be run here is no reason to have none. */
async function warm() {
  try {
    await warmPrograms(staging)
  } catch (error) {
    process.stderr.write(`The code caches are those of all the code: ${error instanceof Error ? error.message : error}\n`)
  }
}

async function buildPrograms() {
  mkdirSync(staging, { recursive: true })
  const common = { ...shared, define: constants('__dirname') }
  // One after the other: making a code cache changes a flag of V8 for a moment.
  for (const [name, entry] of Object.entries(PROGRAMS)) {
    const isShim = name === 'shim'
    const options = isShim ? { ...common, plugins: SHIM_PLUGINS, minify: true } : common
    if (existsSync(join(root, entry)))
      await buildProgram({
        name,
        entry,
        folder: staging,
        options,
        quickParts: QUICK_PARTS[name] ?? [],
        ...(isShim && { cacheOf: warmCache }),
      })
  }
}

async function buildThreads() {
  for (const [name, entry] of Object.entries(THREADS)) {
    await build({ ...shared, entryPoints: [entry], outfile: join(staging, `${name}.js`), format: 'cjs', minify: true })
  }
}

async function buildLibrary() {
  if (!existsSync(join(root, 'src/index.ts'))) return
  await build({
    ...shared,
    entryPoints: ['src/index.ts'],
    outdir: staging,
    format: 'esm',
    // What a program that only talks to the daemon does not need is a file of its own, loaded on first use. Beside the
    // others: every file takes its own folder for that of the programs.
    splitting: true,
    chunkNames: 'library-[hash]',
    define: constants('import.meta.dirname'),
  })
}

function buildTypes() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(staging, 'types')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
}

function constants(bundleFolder) {
  return { PERCH_BUNDLE_FOLDER: bundleFolder, PERCH_VERSION_AT_BUILD: JSON.stringify(manifest.version) }
}
