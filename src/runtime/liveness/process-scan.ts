/**
 * Which processes have a path in their environment: whoever runs with a runtime, however it was started (an editor, the
 * client's background supervisor). perch's own processes do not count, they only inherited it.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { bundlePath } from '../../platform/bundles.js'
import { errnoOf, messageOf } from '../../platform/perch-error.js'
import { linuxStat } from '../../platform/process/process-identity.js'

export type ScanResult =
  | { readonly kind: 'none' }
  | { readonly kind: 'used'; readonly pid: number }
  /** It could not be told: callers treat it as used. */
  | { readonly kind: 'unknown'; readonly why: string }

/** perch's own: they have it only from whoever has started them. */
const PROGRAMS = ['perch', 'perchd', 'host', 'shim'] as const

/** How long `ps` may take where there is no /proc. */
const PS_TIMEOUT_MS = 5_000

/** Looks for a process, other than this one and perch's own, with `path` (or a path below it) in its environment. */
export function findProcessUsing(path: string): ScanResult {
  try {
    return process.platform === 'linux' ? scanProc(path) : scanPs(path)
  } catch (error) {
    return { kind: 'unknown', why: messageOf(error) }
  }
}

/** Whether the process' environment can be read and does not hold the path. Linux only. */
export function isKnownUnrelated(pid: number, path: string): boolean {
  const environment = readProc(pid, 'environ')
  return environment !== undefined && !mentions(environment, path)
}

function scanProc(path: string): ScanResult {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) continue
    // Another user's process cannot be read, and cannot use a folder that is closed to others.
    const environment = readProc(pid, 'environ')
    if (environment === undefined || !mentions(environment, path)) continue
    if (linuxStat(pid)?.state !== 'Z' && !isPerchItself(pid)) return { kind: 'used', pid }
  }
  return { kind: 'none' }
}

function isPerchItself(pid: number): boolean {
  const program = readProc(pid, 'cmdline')?.toString('utf8').split('\0')[1]
  return PROGRAMS.some((own) => program === bundlePath(own))
}

/** Undefined when the process is gone or closed to this user. */
function readProc(pid: number, file: 'environ' | 'cmdline'): Buffer | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT' || errno === 'ESRCH' || errno === 'EACCES' || errno === 'EPERM') return undefined
    throw error
  }
}

function mentions(environment: Buffer, path: string): boolean {
  for (let at = environment.indexOf(path); at !== -1; at = environment.indexOf(path, at + 1)) {
    const next = environment[at + Buffer.byteLength(path)]
    if (next === undefined || next === 0 || next === 0x2f || next === 0x3a) return true
  }
  return false
}

function scanPs(path: string): ScanResult {
  const text = execFileSync('ps', ['-axEww', '-o', 'pid=,command='], {
    encoding: 'utf8',
    timeout: PS_TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
  })
  for (const line of text.split('\n')) {
    const pid = Number.parseInt(line, 10)
    if (pid === process.pid || !(line.includes(`${path} `) || line.includes(`${path}/`) || line.endsWith(path))) continue
    if (!PROGRAMS.some((program) => line.includes(`/${program}.cjs`))) return { kind: 'used', pid }
  }
  return { kind: 'none' }
}
