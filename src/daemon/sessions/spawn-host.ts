/**
 * Starting a host: the program detached, the spec on its standard input (never on disk, for the environment may hold
 * secrets), one line back. Either the child runs under a host that has written its record, or nothing of either is left.
 */
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import * as v from 'valibot'
import { HostReady, type HostSpec } from '../../api/host-spec.js'
import type { SessionRecord } from '../../api/session.js'
import { PerchError } from '../../platform/perch-error.js'
import { spawnDetached } from '../../platform/process/spawn-detached.js'

/** A host is ready after about 0.1 s; a machine under full load was seen to take seconds. */
const READY_TIMEOUT_MS = 20_000
/** The reply repeats the arguments, of which Linux takes 2 MiB. */
const REPLY_LIMIT_BYTES = 16 * 1024 * 1024
const SHOWN_LOG_LINES = 5
/** Given to a host that failed to remove its socket and end by itself. */
const OWN_END_MS = 1_000

/**
 * Starts the host of a session.
 * @throws PerchError what the host says (`program-not-found`, …), `host-start-failed`
 */
export async function spawnHost(spec: HostSpec): Promise<SessionRecord> {
  const logPath = join(spec.folder, 'host.log')
  const log = openSync(logPath, 'a', 0o600)
  let child: ChildProcess
  try {
    child = spawnDetached({ program: 'host', stdio: ['pipe', 'pipe', log] })
  } finally {
    closeSync(log)
  }
  try {
    const ready = await askReady(child, spec)
    if (ready.ok) return ready.record
    throw new PerchError(ready.error.code, ready.error.message, { hint: ready.error.hint ?? undefined })
  } catch (error) {
    await endChild(child)
    throw error instanceof PerchError ? error : startFailed(error, logPath)
  } finally {
    child.stdin?.destroy()
    child.stdout?.destroy()
    child.unref()
  }
}

async function askReady(child: ChildProcess, spec: HostSpec): Promise<HostReady> {
  const { stdin, stdout } = child
  if (!stdin || !stdout) throw new Error('the host has no pipes')
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    // A host that died before it read the spec; its exit is the reason that is shown.
    stdin.on('error', () => {})
  })
  stdin.end(JSON.stringify(spec))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not ready after ${READY_TIMEOUT_MS / 1000} s`)), READY_TIMEOUT_MS)
  })
  try {
    const line = await Promise.race([firstLine(stdout), failed, late])
    return v.parse(HostReady, JSON.parse(line))
  } finally {
    clearTimeout(timer)
  }
}

async function firstLine(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of stream) {
    const bytes = chunk as Buffer
    const end = bytes.indexOf(0x0a)
    chunks.push(end < 0 ? bytes : bytes.subarray(0, end))
    total += bytes.byteLength
    if (end >= 0) return Buffer.concat(chunks).toString('utf8')
    if (total > REPLY_LIMIT_BYTES) throw new Error('its answer is too long')
  }
  throw new Error('it ended without an answer')
}

/** A host that said no is cleaning up after itself; one that said nothing is ended, which hangs up its child. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const timer = setTimeout(() => child.kill('SIGKILL'), OWN_END_MS)
  await exited
  clearTimeout(timer)
}

function startFailed(cause: unknown, logPath: string): PerchError {
  const lines = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-SHOWN_LOG_LINES)
  const why = cause instanceof Error ? cause.message : String(cause)
  return new PerchError('host-start-failed', [`the session's host did not start: ${why}`, ...lines].join('\n  ').trimEnd(), {
    cause,
    hint: 'See perch daemon logs; try again.',
  })
}
