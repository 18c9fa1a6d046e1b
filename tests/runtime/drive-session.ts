/**
 * A session without a terminal: acquires the runtime, holds the lease as a host does, runs one program in it and ends
 * with it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { addLeaseProcess, holdLease } from '../../src/platform/files/lease-file.js'
import { identifyProcess } from '../../src/platform/process/process-identity.js'
import { type AcquireRequest, acquireRuntime } from '../../src/runtime/acquire.js'
import { releaseRuntime } from '../../src/runtime/release.js'

/** What the session runs, as JSON on the driver's command line. */
export interface DrivenSession {
  /** Program and arguments; run with the runtime in its environment, and with the driver's input. */
  readonly command: readonly string[]
  /** SIGKILL of the program, so long after it has first said something. */
  readonly killAfterMs?: number | undefined
  /** Whether the process gives the runtime back itself, as one that embeds perch does. Otherwise somebody else releases it. */
  readonly releases: boolean
}

export async function driveSession(request: AcquireRequest, text: string): Promise<unknown> {
  const session = JSON.parse(text) as DrivenSession
  const { folder, leasePath } = await acquireRuntime(request)
  if (folder === null || leasePath === null) throw new Error('the profile has no runtime')
  const lock = await holdLease(leasePath)
  process.stdout.write('leased\n')
  const [program = '', ...args] = session.command
  const child = spawn(program, args, {
    stdio: ['inherit', 'pipe', 'pipe'],
    env: { ...process.env, CLAUDE_CONFIG_DIR: folder },
  })
  const ended = once(child, 'exit')
  const identity = identifyProcess(child.pid ?? 0)
  if (identity) addLeaseProcess(leasePath, identity)
  process.stdout.write('running\n')
  // Not inherited: what outlives this process must not hold its outputs open.
  child.stderr.pipe(process.stderr)
  let timer: NodeJS.Timeout | undefined
  child.stdout.once('data', () => {
    if (session.killAfterMs !== undefined) timer = setTimeout(() => child.kill('SIGKILL'), session.killAfterMs)
  })
  const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null]
  clearTimeout(timer)
  lock.close()
  return { code, signal, released: session.releases ? await releaseRuntime(request) : null }
}
