/** A lab of profiles whose runtimes are kept in step by a live sync in this process, as the daemon does it. */
import { PerchError } from '../../../src/platform/perch-error.js'
import type { WatchFolder } from '../../../src/platform/watch/folder-watch.js'
import { type AcquiredRuntime, acquireRuntime } from '../../../src/runtime/acquire.js'
import { LiveSync } from '../../../src/runtime/live/live-sync.js'
import type { RuntimeRequest } from '../../../src/runtime/runtime-context.js'
import type { LinkMode } from '../../../src/runtime/tree/link-mode.js'
import { openProfileLab, type ProfileLab } from '../profile-lab.js'

/** Far beyond what a pass takes; the slow pass, which must not be what makes a test succeed, would come after 30 s. */
export const LIVE_BOUND_MS = 10_000

export interface LiveLab extends AsyncDisposable {
  readonly first: ProfileLab
  readonly live: LiveSync
  readonly notices: readonly string[]
  /** Acquires the profile's runtime as the daemon does: watched before it is leased. */
  acquire(lab: ProfileLab, leaseId?: string, env?: Record<string, string>): Promise<AcquiredRuntime>
  /** Another profile of the same person. */
  add(name: string, changes?: Parameters<ProfileLab['add']>[1]): Promise<ProfileLab>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

export async function openLiveLab(
  options: { readonly watch?: WatchFolder; readonly linkMode?: LinkMode } = {},
): Promise<LiveLab> {
  const { linkMode = 'link' } = options
  const first = await openProfileLab({ linkMode })
  const labs = new Map([[first.profile.name, first]])
  const notices: string[] = []
  const work = new Set<Promise<unknown>>()
  const requestOf = ({ paths, profile, agent, home }: ProfileLab): RuntimeRequest => ({ paths, profile, agent, home })
  const live = new LiveSync({
    paths: first.paths,
    requestFor: (name) => {
      const lab = labs.get(name)
      if (!lab) throw new PerchError('profile-not-found', name)
      return requestOf(lab)
    },
    onNotice: (profile, notice) => void notices.push(`${profile}: ${notice}`),
    track: (piece) => {
      work.add(piece)
      const done = () => work.delete(piece)
      piece.then(done, done)
      return piece
    },
    watch: options.watch,
  })
  const idle = async () => {
    while (work.size > 0) await Promise.allSettled(work)
  }
  return {
    first,
    live,
    notices,
    acquire: (lab, leaseId = 'one', env = {}) =>
      acquireRuntime({
        ...requestOf(lab),
        leaseId,
        env: { PERCH_LINK_MODE: linkMode, ...env },
        beforeLease: (context) => live.arm(context),
      }),
    add: async (name, changes = {}) => {
      const lab = await first.add(name, changes)
      labs.set(name, lab)
      return lab
    },
    idle,
    [Symbol.asyncDispose]: async () => {
      live.close()
      await idle()
      await first[Symbol.asyncDispose]()
    },
  }
}
