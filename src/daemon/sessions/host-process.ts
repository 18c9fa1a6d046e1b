/**
 * The daemon's side of a host that has no session yet: the spec goes to its standard input (never on disk, for the
 * environment may hold secrets), one line comes back, and one that does not make it is ended.
 */
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import * as v from 'valibot'
import { HostReady, type HostSpec } from '../../api/host-spec.js'

/** A host is ready after about 0.1 s; a machine under full load was seen to take seconds. */
const READY_TIMEOUT_MS = 20_000
/** The reply repeats the arguments, of which Linux takes 2 MiB. */
const REPLY_LIMIT_BYTES = 16 * 1024 * 1024
/** Given to a host that failed to remove its socket and end by itself. */
const OWN_END_MS = 1_000

/** Gives the spec to a host and reads its answer. @throws Error when there is none, or the host cannot be started */
export async function giveSpec(child: ChildProcess, spec: HostSpec): Promise<HostReady> {
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

/** Lets go of a host: what becomes of it is no longer this process's business. */
export function letGo(child: ChildProcess): void {
  child.stdin?.destroy()
  child.stdout?.destroy()
  child.unref()
}

/** A host that said no is cleaning up after itself; one that said nothing is ended, which hangs up its child. */
export async function endHostProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const timer = setTimeout(() => child.kill('SIGKILL'), OWN_END_MS)
  await exited
  clearTimeout(timer)
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
