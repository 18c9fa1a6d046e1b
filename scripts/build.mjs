/**
 * Builds `dist`: one bundled CommonJS file for each program (a program's start is dominated by loading files), the
 * library as an ES module, and the type declarations. An argument names another folder than `dist`.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const PROGRAMS = { perch: 'src/cli/main.ts', perchd: 'src/daemon/main.ts', host: 'src/host/main.ts' }

/** Native code cannot be bundled; it stays a dependency of the package. */
const NATIVE = ['@lydell/node-pty', '@lydell/node-pty-*', 'fs-native-extensions']

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
  await Promise.all([buildPrograms(), buildLibrary()])
  buildTypes()
  rmSync(target, { recursive: true, force: true })
  renameSync(staging, target)
} finally {
  rmSync(staging, { recursive: true, force: true })
}

async function buildPrograms() {
  for (const [name, entry] of Object.entries(PROGRAMS)) {
    if (!existsSync(join(root, entry))) continue
    await build({
      ...shared,
      entryPoints: [entry],
      outfile: join(staging, `${name}.cjs`),
      format: 'cjs',
      banner: name === 'perch' ? { js: '#!/usr/bin/env node' } : {},
      define: constants('__dirname'),
    })
    chmodSync(join(staging, `${name}.cjs`), 0o755)
  }
}

async function buildLibrary() {
  if (!existsSync(join(root, 'src/index.ts'))) return
  await build({
    ...shared,
    entryPoints: ['src/index.ts'],
    outfile: join(staging, 'index.js'),
    format: 'esm',
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
