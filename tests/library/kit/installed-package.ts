/**
 * The built package as a project has it: what it publishes, copied below `node_modules` of a project of its own, with its
 * dependencies beside it. Nothing in it resolves into the sources.
 */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { transform } from 'esbuild'
import { CHECKOUT } from '../../kit/npm.js'
import { perchBundle } from '../../kit/perch-program.js'
import { type Finished, type RunningProgram, runProgram, startProgram } from '../../kit/running-program.js'
import type { TestHome } from '../../kit/temporary-home.js'

export interface InstalledPackage {
  /** The project's folder: the working folder of its programs. */
  readonly folder: string
  /** Runs a program of the project, given as TypeScript, to its end. */
  run(name: string, source: string): Promise<Finished>
  /** Starts one and leaves it running. */
  start(name: string, source: string): Promise<RunningProgram>
  /** Type-checks these sources against the package's types, strictly: what the compiler complains of, a line each. */
  typeCheck(sources: Readonly<Record<string, string>>): Promise<readonly string[]>
}

/** As strict as a consumer may be, and without excusing the package's own declarations. */
const COMPILER_OPTIONS = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable'],
  module: 'nodenext',
  types: ['node'],
}

/** They do not pass `exactOptionalPropertyTypes` themselves (https.d.ts). */
const NODE_DECLARATIONS = /node_modules\/@types\/node\//

/** A program of the project is loaded and run on a machine that may be busy with a compiler. */
const RUN_BOUND_MS = 60_000

export function installPackage(home: TestHome): InstalledPackage {
  const folder = home.folder('project')
  const modules = join(folder, 'node_modules')
  const manifest = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }
  mkdirSync(join(modules, 'perch'), { recursive: true })
  cpSync(join(CHECKOUT, 'package.json'), join(modules, 'perch/package.json'))
  cpSync(dirname(perchBundle()), join(modules, 'perch/dist'), { recursive: true })
  const beside = [...Object.keys(manifest.dependencies), '@types/node', 'undici-types']
  for (const name of beside) linkModule(modules, name)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['*.ts'] }))
  const options = { env: home.env, cwd: folder, boundMs: RUN_BOUND_MS }
  return {
    folder,
    run: async (name, source) => await runProgram(process.execPath, [await compiled(folder, name, source)], options),
    start: async (name, source) => startProgram(process.execPath, [await compiled(folder, name, source)], options),
    typeCheck: async (sources) => {
      for (const [name, source] of Object.entries(sources)) writeFileSync(join(folder, `${name}.ts`), source)
      const tsc = join(CHECKOUT, 'node_modules/typescript/bin/tsc')
      const { stdout } = await runProgram(process.execPath, [tsc, '-p', folder], options)
      const lines = stdout.toString('utf8').split('\n')
      return lines.filter((line) => line.includes('error') && !NODE_DECLARATIONS.test(line))
    },
  }
}

function linkModule(modules: string, name: string): void {
  mkdirSync(dirname(join(modules, name)), { recursive: true })
  symlinkSync(join(CHECKOUT, 'node_modules', name), join(modules, name))
}

/** The program as Node 20 takes it: without types, and with `await using` written out. */
async function compiled(folder: string, name: string, source: string): Promise<string> {
  const path = join(folder, `${name}.mjs`)
  writeFileSync(path, (await transform(source, { loader: 'ts', format: 'esm', target: 'node20' })).code)
  return path
}
