/** Builds the driver once per test file and runs it against a lab. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { LinkMode } from '../../src/runtime/tree/link-mode.js'
import { type RunningProgram, startProgram } from '../kit/running-program.js'
import type { DrivenSession } from './drive-session.js'
import type { ProfileLab } from './profile-lab.js'

export type DriverAction = 'acquire' | 'release' | 'collect' | 'heal' | 'sync' | 'settle'

export interface DriverRun {
  readonly signal: NodeJS.Signals | null
  readonly result: Record<string, unknown> | null
  readonly error: { readonly code: string | null; readonly message: string } | null
  /** What Node says of a process that ends by an error of the program's own. */
  readonly stderr: string
}

export interface DriverOptions {
  readonly leaseId?: string
  readonly failpoint?: string | undefined
  /** The lab's, when absent. */
  readonly linkMode?: LinkMode | undefined
  /** What `session` runs. */
  readonly session?: DrivenSession
}

export interface DriverProcess extends AsyncDisposable {
  readonly pid: number
  readonly program: RunningProgram
  readonly ended: Promise<DriverRun>
}

export interface Driver {
  run(lab: ProfileLab, action: DriverAction, options?: DriverOptions): Promise<DriverRun>
  /** The program of a `session` has its input from `program.write`. Each action says `begins` when its code runs; `live` then `serving`, until it is killed; `session` then `leased` and `running`. */
  start(lab: ProfileLab, action: DriverAction | 'live' | 'session', options?: DriverOptions): DriverProcess
  /** A `session` whose program runs until its input ends; it gives its runtime back itself. */
  startSession(lab: ProfileLab, leaseId?: string): Promise<DriverProcess>
  close(): void
}

/** Ends the program of such a session; what the release came to. */
export async function endSession(session: DriverProcess): Promise<unknown> {
  session.program.endInput()
  return (await session.ended).result?.released
}

/** Two folders up from this file, and from where the campaigns are bundled to. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The longest live process of a test, or campaign, serves this long. */
const LIFE_BOUND_MS = 120_000

export async function buildDriver(): Promise<Driver> {
  const folder = mkdtempSync(join(tmpdir(), 'driver-'))
  const program = await bundleProgram('tests/runtime/runtime-driver.ts', folder)
  const start: Driver['start'] = (lab, action, { leaseId = 'driver', session, ...options } = {}) => {
    const args = [program, action, lab.home, lab.profile.name, leaseId, JSON.stringify(session ?? null)]
    const input = action === 'session' ? undefined : ''
    const running = startProgram(process.execPath, args, { env: environment(lab, options), boundMs: LIFE_BOUND_MS, input })
    const ended = running.finished.then(({ signal, stdout, stderr }) => ({
      signal,
      stderr,
      ...saidLast(stdout.toString('utf8')),
    }))
    ended.catch(() => undefined)
    return { pid: running.pid, program: running, ended, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
  }
  return {
    run: async (lab, action, options) => {
      await using running = start(lab, action, options)
      return await running.ended
    },
    start,
    startSession: async (lab, leaseId) => {
      const session = start(lab, 'session', { ...(leaseId && { leaseId }), session: { command: ['cat'], releases: true } })
      await session.program.waitForOutput('running')
      return session
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Bundles a program of the tests into the folder and returns its path. `entry` is relative to the root of the tree. */
export async function bundleProgram(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, `${entry.replaceAll('/', '-').slice(0, -'.ts'.length)}.cjs`)
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    external: ['fs-native-extensions', '@lydell/node-pty*'],
    define: { PERCH_BUNDLE_FOLDER: '__dirname', PERCH_VERSION_AT_BUILD: '"0.0.0"' },
    logLevel: 'error',
  })
  return outfile
}

/** Nothing of a person's: only what a program needs to find its modules, its temporary folder and the lab. */
export function environment(
  lab: ProfileLab,
  { failpoint, linkMode = lab.linkMode }: Pick<DriverOptions, 'failpoint' | 'linkMode'> = {},
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    TMPDIR: process.env.TMPDIR ?? tmpdir(),
    HOME: lab.home,
    NODE_PATH: join(ROOT, 'node_modules'),
    PERCH_HOME: lab.perchHome,
    PERCH_LINK_MODE: linkMode,
    ...(failpoint === undefined ? {} : { PERCH_FAILPOINT: failpoint }),
  }
}

/** The last line is the result, unless the process was killed before it had one. */
function saidLast(text: string): Pick<DriverRun, 'result' | 'error'> {
  const last = text.split('\n').at(-1) ?? ''
  const said = last === '' ? {} : (JSON.parse(last) as Partial<DriverRun>)
  return { result: said.result ?? null, error: said.error ?? null }
}
