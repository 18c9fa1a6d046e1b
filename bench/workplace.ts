/** A temporary home for one group of measurements: its own state, its own daemon, ended with it. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundlePath } from '../src/platform/bundles.js'

export interface Workplace {
  readonly folder: string
  readonly env: Record<string, string>
  /** Runs perch to its end and gives the milliseconds it took. Throws when it fails. */
  perch(...args: string[]): number
  /** The floor of every command: how long Node itself takes to start and end, with the same environment. */
  nodeFloor(): number
  /** What perch printed. */
  output(...args: string[]): string
  close(): void
}

export function openWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'pb-'))
  const home = join(folder, 'home')
  mkdirSync(home)
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    PERCH_HOME: join(folder, 'p'),
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
  }
  const run = (args: readonly string[]) => {
    const from = performance.now()
    const result = spawnSync(process.execPath, [bundlePath('perch'), ...args], {
      env,
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ms = performance.now() - from
    if (result.status !== 0) throw new Error(`perch ${args.join(' ')} ended with ${result.status}: ${result.stderr}`)
    return { ms, output: result.stdout.toString() }
  }
  return {
    folder,
    env,
    nodeFloor: () => {
      const from = performance.now()
      spawnSync(process.execPath, ['-e', '0'], { env, cwd: home, stdio: 'ignore' })
      return performance.now() - from
    },
    perch: (...args) => run(args).ms,
    output: (...args) => run(args).output,
    close: () => {
      run(['kill', '--all', '--grace', '0s'])
      run(['daemon', 'stop'])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
