/**
 * One round over the documents and entries of all runtimes: under the lock of each shared home every marked runtime, and every
 * other one that shares a document with it which has changed, until nothing is marked.
 */
import { messageOf } from '../../platform/perch-error.js'
import { withSharedHomeLock } from '../locks/shared-home-lock.js'
import type { RuntimeContext } from '../runtime-context.js'
import type { LiveRuntime } from './live-runtime.js'

export interface RoundOptions {
  /** No further look is begun then. */
  readonly isClosed: () => boolean
  /** What the person should be told, as a sentence. */
  readonly onNotice: (profile: string, notice: string) => void
}

/** Runtimes that share a home, and the context of one of them, to find that by. */
interface Group {
  readonly context: RuntimeContext
  readonly members: LiveRuntime[]
}

/** Whether somebody else held one of the profiles, which is then still marked. */
export async function syncRound(runtimes: readonly LiveRuntime[], options: RoundOptions): Promise<boolean> {
  let isBusy = false
  for (const group of markedGroups(runtimes)) isBusy = (await syncGroup(group, options)) || isBusy
  return isBusy
}

function markedGroups(runtimes: readonly LiveRuntime[]): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const runtime of runtimes) {
    const context = runtime.open()
    if (context === undefined) continue
    const key = `${context.sharedHome}\0${context.request.home}`
    const group = groups.get(key) ?? { context, members: [] }
    group.members.push(runtime)
    groups.set(key, group)
  }
  return [...groups.values()].filter(({ members }) => members.some(({ isTopMarked }) => isTopMarked))
}

async function syncGroup({ context, members }: Group, { isClosed, onNotice }: RoundOptions): Promise<boolean> {
  const held = new Set<LiveRuntime>()
  const failed = new Set<LiveRuntime>()
  const notLookedAt = ({ name }: LiveRuntime, error: unknown) =>
    onNotice(name, `its documents were not looked at: ${messageOf(error)}`)
  const look = async (runtime: LiveRuntime) => {
    try {
      const { isDone, changed } = await runtime.syncTop()
      if (!isDone) held.add(runtime)
      for (const name of changed) for (const other of members) if (other !== runtime) other.mark({ kind: 'document', name })
    } catch (error) {
      // It keeps no other from being looked at, and stays marked for the next round.
      failed.add(runtime)
      notLookedAt(runtime, error)
    }
  }
  try {
    await withSharedHomeLock(context, async () => {
      for (;;) {
        const marked = members.filter((runtime) => runtime.isTopMarked && !held.has(runtime) && !failed.has(runtime))
        if (marked.length === 0 || isClosed()) return
        // Side by side, since most of a look is waiting for the client's locks: each looks again before it writes.
        await Promise.all(marked.map(look))
      }
    })
  } catch (error) {
    for (const runtime of members) notLookedAt(runtime, error)
  }
  return held.size > 0
}
