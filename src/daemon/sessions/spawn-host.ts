/**
 * Starting the host of a session, in the spare one where there is one, else in a new process. Either the child runs under a
 * host that has written its record, or nothing of either is left.
 */
import type { ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { HostStatus } from '../../api/host-protocol.js'
import type { HostReady, HostSpec } from '../../api/host-spec.js'
import { readFileIfPresent } from '../../platform/files/atomic-file.js'
import { PerchError } from '../../platform/perch-error.js'
import { spawnDetached } from '../../platform/process/spawn-detached.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'
import { endHostProcess, giveSpec, letGo } from './host-process.js'
import { endLeftovers } from './lost-session.js'
import type { SpareHost } from './spare-host.js'

const SHOWN_LOG_LINES = 5

/**
 * Starts the host of a session. Returns the status with which it began, which hosts of earlier versions do not tell.
 * @throws PerchError what the host says (`program-not-found`, …), `host-start-failed`
 */
export async function spawnHost(spec: HostSpec, spare: Pick<SpareHost, 'take'>, log: DaemonLog): Promise<HostStatus | undefined> {
  const taken = spare.take()
  if (taken) {
    try {
      return await startIn(taken, spec)
    } catch (error) {
      // What a host says is so. One that died or hung before it began (SIGKILL, out of memory) leaves the start to another.
      if (error instanceof PerchError || existsSync(join(spec.folder, 'session.json'))) throw startError(error, spec)
      log.warn('the spare host did not take its session; another one does', { session: spec.record.id, ...errorFields(error) })
    }
  }
  try {
    return await startIn(newHost(spec), spec)
  } catch (error) {
    throw startError(error, spec)
  }
}

function newHost(spec: HostSpec): ChildProcess {
  const log = openSync(logPathOf(spec), 'a', 0o600)
  try {
    return spawnDetached({ program: 'host', stdio: ['pipe', 'pipe', log] })
  } finally {
    closeSync(log)
  }
}

/** @throws PerchError what the host says; any other error when it says nothing, and is gone by then */
async function startIn(host: ChildProcess, spec: HostSpec): Promise<HostStatus | undefined> {
  try {
    return statusOf(await giveSpec(host, spec))
  } catch (error) {
    await endHostProcess(host)
    // One that says no has undone its start. One that was killed may have got as far as the child.
    if (!(error instanceof PerchError)) await endLeftovers(spec.record.id, null)
    throw error
  } finally {
    letGo(host)
  }
}

function statusOf(ready: HostReady): HostStatus | undefined {
  if (ready.ok) return ready.status
  throw new PerchError(ready.error.code, ready.error.message, { hint: ready.error.hint ?? undefined })
}

function startError(cause: unknown, spec: HostSpec): PerchError {
  if (cause instanceof PerchError) return cause
  const log = readFileIfPresent(logPathOf(spec))?.toString('utf8') ?? ''
  const lines = log.trimEnd().split('\n').slice(-SHOWN_LOG_LINES)
  const why = cause instanceof Error ? cause.message : String(cause)
  return new PerchError('host-start-failed', [`the session's host did not start: ${why}`, ...lines].join('\n  ').trimEnd(), {
    cause,
    hint: 'See perch daemon logs; try again.',
  })
}

function logPathOf({ folder }: HostSpec): string {
  return join(folder, 'host.log')
}
