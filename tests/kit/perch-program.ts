/** The built `perch`, run as people and scripts run it. `PERCH_TEST_DIST` names another folder of built programs. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Finished, type ProgramOptions, type RunningProgram, runProgram, startProgram } from './running-program.js'
import type { TestHome } from './temporary-home.js'

export type PerchOptions = Omit<ProgramOptions, 'env'> & {
  /** Added to the home's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined
}

/** The path of the program; the tests of the built program cannot run without it. */
export function perchBundle(): string {
  const dist = process.env.PERCH_TEST_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url))
  const bundle = join(dist, 'perch.cjs')
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: run "npm run build" first`)
  return bundle
}

/** Runs `perch ARGS` to its end; bounded. The working folder is the home unless `cwd` says otherwise. */
export function perch(home: TestHome, args: readonly string[], options: PerchOptions = {}): Promise<Finished> {
  return runProgram(process.execPath, [perchBundle(), ...args], inHome(home, options))
}

/** Starts `perch ARGS` and leaves it running. */
export function startPerch(home: TestHome, args: readonly string[], options: PerchOptions = {}): RunningProgram {
  return startProgram(process.execPath, [perchBundle(), ...args], inHome(home, options))
}

/** `perch ARGS`, which must succeed: its stdout as text, without the final newline. */
export async function perchText(home: TestHome, args: readonly string[], options: PerchOptions = {}): Promise<string> {
  const done = await perch(home, args, options)
  if (done.code === 0) return done.stdout.toString('utf8').replace(/\n$/, '')
  throw new Error(`perch ${args.join(' ')} ended with ${done.code ?? done.signal}\n${done.stdout}\n${done.stderr}`)
}

/** `perch ARGS --json`, which must succeed: the document. */
export async function perchJson(home: TestHome, args: readonly string[], options: PerchOptions = {}): Promise<unknown> {
  return JSON.parse(await perchText(home, [...args, '--json'], options))
}

function inHome(home: TestHome, options: PerchOptions): ProgramOptions {
  return { cwd: home.home, ...options, env: { ...home.env, ...options.env } }
}
