/**
 * Whether a runtime is in use: by a lease, by any process that has it in its environment, or by a process that the client
 * itself lists. Only certainty says no; whatever cannot be told counts as in use, so that nothing is ever removed on doubt.
 */
import { join } from 'node:path'
import * as v from 'valibot'
import { readJsonUnlessCorrupt } from '../../platform/files/atomic-file.js'
import { isFileLockHeld } from '../../platform/files/file-lock.js'
import { dropLease, leaseLiveness } from '../../platform/files/lease-file.js'
import { namesIn } from '../../platform/files/names-in.js'
import { type Liveness, linuxStat, livenessOf } from '../../platform/process/process-identity.js'
import { isPinned } from '../pin.js'
import type { RuntimeContext } from '../runtime-context.js'
import { findProcessUsing, isKnownUnrelated } from './process-scan.js'

/** Where the runtime and its leases lie: all that is known of a profile whose file cannot be read. */
export type RuntimePlace = Pick<RuntimeContext, 'folders'>

export type RuntimeUse = { readonly inUse: false } | { readonly inUse: true; readonly why: string }

/** A lease that cannot be read names nobody; whoever uses the runtime is still found by its environment. */
const LeaseProcesses = v.looseObject({
  processes: v.array(v.object({ pid: v.number(), startTime: v.string(), bootId: v.string() })),
})

/** Where the lease with this id lies. */
export function leasePathOf(context: RuntimePlace, leaseId: string): string {
  return join(context.folders.leases, `${leaseId}.json`)
}

/** The leases of the runtime by id, with what is known of them. */
export function leases(context: RuntimePlace): readonly { readonly id: string; readonly liveness: Liveness }[] {
  return namesIn(context.folders.leases)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .map((id) => ({ id, liveness: livenessOfLease(leasePathOf(context, id)) }))
}

/** Whether somebody has died with a lease. */
export function hasDeadLease(context: RuntimePlace): boolean {
  return leases(context).some(({ liveness }) => liveness === 'dead')
}

/** Drops the leases of sessions that are dead for certain, and returns their ids. To be called after a drain. */
export function dropDeadLeases(context: RuntimePlace & Pick<RuntimeContext, 'journal'>): readonly string[] {
  const dead = leases(context).filter(({ liveness }) => liveness === 'dead')
  for (const { id } of dead) {
    dropLease(leasePathOf(context, id))
    context.journal.write({ what: 'lease-dropped', name: id, why: 'its session is dead' })
  }
  return dead.map(({ id }) => id)
}

/** A lease names this process, who made it, until its session has processes of its own; from then on only those count. */
function livenessOfLease(path: string): Liveness {
  const liveness = leaseLiveness(path)
  if (liveness !== 'alive' || isFileLockHeld(`${path}.lock`)) return liveness
  const parsed = v.safeParse(LeaseProcesses, readJsonUnlessCorrupt(path))
  const others = parsed.success ? parsed.output.processes.filter(({ pid }) => pid !== process.pid) : []
  return others.length > 0 && others.every((identity) => livenessOf(identity) === 'dead') ? 'dead' : liveness
}

/** Who uses the runtime, leaving out one lease. */
export function runtimeUse(context: RuntimeContext, exceptLease: string | null = null): RuntimeUse {
  const use = useSeenFromOutside(context, exceptLease)
  return use.inUse ? use : listedByClient(context)
}

/** The same, without asking the client's own list of its processes. */
export function useSeenFromOutside(context: RuntimePlace, exceptLease: string | null = null): RuntimeUse {
  const lease = leases(context).find(({ id, liveness }) => id !== exceptLease && liveness !== 'dead')
  if (lease) return { inUse: true, why: `the session ${lease.id} uses it` }
  if (isPinned(context.folders)) return { inUse: true, why: 'perch env has handed it out' }
  // Nothing can use a folder that is not there; this spares the scan on an ordinary start.
  if (namesIn(context.folders.runtime).length === 0) return { inUse: false }
  const found = findProcessUsing(context.folders.runtime)
  if (found.kind === 'used') return { inUse: true, why: `process ${found.pid} uses it` }
  if (found.kind === 'unknown') return { inUse: true, why: `it could not be told who uses it (${found.why})` }
  return { inUse: false }
}

/** Whether a process of the lease itself, other than this one, still lives. The host that ends may hold its lock a little longer. */
export function leaseProcessLives(context: RuntimeContext, leaseId: string): boolean {
  const parsed = v.safeParse(LeaseProcesses, readJsonUnlessCorrupt(leasePathOf(context, leaseId)))
  if (!parsed.success) return false
  return parsed.output.processes.some((identity) => identity.pid !== process.pid && livenessOf(identity) !== 'dead')
}

/** Whether a process that the client itself lists lives. */
export function listedByClient(context: Pick<RuntimeContext, 'folders' | 'relocation' | 'config'>): RuntimeUse {
  const folder = context.relocation.processFolder
  if (folder === null) return { inUse: false }
  for (const name of namesIn(join(context.config, folder))) {
    const pid = Number(/^(\d+)\.json$/.exec(name)?.[1] ?? Number.NaN)
    if (Number.isInteger(pid) && pid > 0 && livesAndMayBeClient(pid, context.folders.runtime)) {
      return { inUse: true, why: `process ${pid} is listed by the client` }
    }
  }
  return { inUse: false }
}

/** The pid in such a file may belong to another program by now: one whose environment is known is told apart. */
function livesAndMayBeClient(pid: number, runtime: string): boolean {
  if (process.platform !== 'linux') return isAlive(pid)
  const stat = linuxStat(pid)
  return stat !== undefined && stat.state !== 'Z' && !isKnownUnrelated(pid, runtime)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
