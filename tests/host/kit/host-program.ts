/** A real host process with a session of its own, started as the daemon starts one, and spoken to over its socket. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { HostReady, type HostSpec } from '../../../src/api/host-spec.js'
import { ExitRecord, type SessionRecord } from '../../../src/api/session-record.js'
import { readJsonIfPresent } from '../../../src/platform/files/atomic-file.js'
import { preparePerchFolders } from '../../../src/platform/files/safe-folder.js'
import { sessionFolder, sessionSocketPath } from '../../../src/platform/paths.js'
import { resolveProgram } from '../../../src/platform/process/resolve-program.js'
import { within } from '../../kit/bounded.js'
import type { TemporaryHome } from '../../kit/temporary-home.js'

export interface HostOptions {
  readonly argv: readonly [string, ...string[]]
  readonly kind?: 'pty' | 'pipe'
  readonly mergeStderr?: boolean
  readonly size?: { readonly cols: number; readonly rows: number }
  readonly limits?: Partial<HostSpec['limits']>
  readonly env?: Readonly<Record<string, string>>
  readonly lease?: string
  readonly cwd?: string
  /** Another built host. */
  readonly bundle?: string
  /** Changes the spec before it is sent, to hand in something wrong. */
  readonly mangle?: (spec: HostSpec) => unknown
  /** Runs after the session's folder was made and before the host starts. */
  readonly prepare?: (folder: string) => void
}

export interface HostProgram {
  readonly id: string
  readonly pid: number
  readonly folder: string
  readonly socket: string
  readonly record: SessionRecord
  /** Settles with the host's own wait status. */
  readonly gone: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** `exit.json`, when the host has ended. */
  exitRecord(): Promise<ExitRecord>
  /** What the host wrote down as problems. */
  journal(): string
}

/** Longer than anything here takes on a busy machine. */
export const TEST_BOUND_MS = 20_000

export function hostBundle(): string {
  const dist = process.env.PERCH_TEST_DIST ?? fileURLToPath(new URL('../../../dist', import.meta.url))
  return join(dist, 'host.cjs')
}

/** Starts a host and waits for its answer. Hosts of these tests start no daemon: there is none to start. */
export async function startHost(home: TemporaryHome, options: HostOptions): Promise<HostProgram> {
  const { ready, ...host } = await tryStartHost(home, options)
  if (!ready.ok) throw new Error(`the host did not start: ${JSON.stringify(ready.error)}\n${host.journal()}`)
  return { ...host, record: ready.record }
}

export async function tryStartHost(
  home: TemporaryHome,
  options: HostOptions,
): Promise<Omit<HostProgram, 'record'> & { readonly ready: HostReady }> {
  preparePerchFolders(home.paths)
  writeFileSync(join(home.paths.state, 'daemon.stopped'), '')
  const id = randomBytes(4).toString('hex')
  const folder = sessionFolder(home.paths, id)
  mkdirSync(folder, { mode: 0o700 })
  options.prepare?.(folder)
  const spec = specOf(home, id, folder, options)
  const log = openSync(join(folder, 'host.log'), 'a', 0o600)
  const child = spawn(process.execPath, [options.bundle ?? hostBundle()], {
    detached: true,
    cwd: '/',
    env: { ...home.env },
    stdio: ['pipe', 'pipe', log],
  })
  closeSync(log)
  if (!child.stdin || !child.stdout) throw new Error('the host was started without pipes')
  const gone = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
  child.stdin.end(JSON.stringify(options.mangle ? options.mangle(spec) : spec))
  const journal = () => readFileSync(join(folder, 'host.log'), 'utf8')
  const line = await within(firstLine(child.stdout), TEST_BOUND_MS, () => `the host's answer; ${journal()}`)
  const ready = v.parse(HostReady, JSON.parse(line))
  const exitRecord = async () => {
    await within(gone, TEST_BOUND_MS, () => `the end of the host; ${journal()}`)
    return v.parse(ExitRecord, readJsonIfPresent(join(folder, 'exit.json')))
  }
  return { id, pid: child.pid ?? 0, folder, socket: spec.record.socket, ready, gone, exitRecord, journal }
}

/** Ends a host that a test is done with, and its session. */
export async function endHost(host: HostProgram): Promise<void> {
  process.kill(host.pid, 'SIGTERM')
  await within(host.gone, TEST_BOUND_MS, () => `the end of the host; ${host.journal()}`)
}

function specOf(home: TemporaryHome, id: string, folder: string, options: HostOptions): HostSpec {
  const kind = options.kind ?? 'pipe'
  const env: Record<string, string> = { ...home.env, ...options.env, PERCH_SESSION: id }
  const cwd = options.cwd ?? home.home
  return {
    record: {
      schema: 1,
      id,
      name: null,
      profile: 'default',
      agent: 'command',
      argv: [...options.argv],
      cwd,
      kind,
      mergeStderr: options.mergeStderr ?? false,
      labels: {},
      originator: null,
      conversation: null,
      parent: null,
      createdAt: new Date().toISOString(),
      size: kind === 'pty' ? (options.size ?? { cols: 80, rows: 24 }) : null,
      socket: sessionSocketPath(home.paths, id),
      lease: options.lease ?? null,
      perchVersion: '0.0.0-test',
    },
    folder,
    stateFolder: home.paths.state,
    env,
    program: resolveProgram(options.argv[0], { path: env.PATH, cwd }),
    limits: { log: 'disk', logBytes: 64 * 1024 * 1024, memoryBytes: 1024 * 1024, drainMs: 2_000, ...options.limits },
  }
}

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => {
      text += chunk
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    stream.on('end', () => reject(new Error(`the host ended its output after ${JSON.stringify(text)}`)))
  })
}
