/** Builds the driver once per test file and runs it against a lab. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { LinkMode } from '../../src/runtime/tree/link-mode.js'
import type { ProfileLab } from './profile-lab.js'

interface DriverRun {
  readonly signal: NodeJS.Signals | null
  readonly result: Record<string, unknown> | null
  readonly error: { readonly code: string | null; readonly message: string } | null
}

export type DriverAction = 'acquire' | 'release' | 'collect' | 'heal' | 'sync' | 'settle'

export interface Driver {
  run(
    lab: ProfileLab,
    action: DriverAction,
    options?: { readonly leaseId?: string; readonly failpoint?: string; readonly linkMode?: LinkMode },
  ): Promise<DriverRun>
  close(): void
}

const nodeModules = fileURLToPath(new URL('../../node_modules', import.meta.url))

export async function buildDriver(): Promise<Driver> {
  const folder = mkdtempSync(join(tmpdir(), 'driver-'))
  const program = join(folder, 'driver.cjs')
  await build({
    entryPoints: [fileURLToPath(new URL('./runtime-driver.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    external: ['fs-native-extensions', '@lydell/node-pty*'],
    define: { PERCH_BUNDLE_FOLDER: '__dirname', PERCH_VERSION_AT_BUILD: '"0.0.0"' },
    logLevel: 'error',
  })
  return {
    run: async (lab, action, { leaseId = 'driver', failpoint, linkMode = lab.linkMode } = {}) => {
      const child = spawn(process.execPath, [program, action, lab.home, lab.profile.name, leaseId], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          PATH: process.env.PATH,
          TMPDIR: process.env.TMPDIR,
          HOME: lab.home,
          NODE_PATH: nodeModules,
          PERCH_HOME: lab.perchHome,
          PERCH_LINK_MODE: linkMode,
          ...(failpoint === undefined ? {} : { PERCH_FAILPOINT: failpoint }),
        },
      })
      const chunks: Buffer[] = []
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
      const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
      const said = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Partial<DriverRun>) : {}
      return { signal, result: said.result ?? null, error: said.error ?? null }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
