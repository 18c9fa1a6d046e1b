/** Which failpoints a process can meet at all, by what it does: one that it never meets would be a kill that never happens. */
import { DOCUMENT_STEPS, LINK_STEPS, RUNTIME_STEPS, type RuntimeStep } from '../../../src/runtime/runtime-step.js'
import type { LinkMode } from '../../../src/runtime/tree/link-mode.js'

export type KilledAction = 'live' | 'session' | 'acquire' | 'release' | 'collect'

const ALL: readonly RuntimeStep[] = [...RUNTIME_STEPS, ...DOCUMENT_STEPS, ...LINK_STEPS]
/** The beginnings of the steps' names. */
const ONLY_ACQUIRE = ['acquire-', 'build-', 'document-', 'credential-placed', 'lease-']
const ONLY_RELEASE = ['release-']
const ONLY_DRAIN = ['drain-', 'teardown-']
const ONLY_LIVE = ['live-', 'sync-']
const ONLY_COPIES = ['mirror-']

export function reachableSteps(action: KilledAction, linkMode: LinkMode): readonly RuntimeStep[] {
  const never = [...unreachedBy(action), ...(linkMode === 'link' ? ONLY_COPIES : ['sync-'])]
  return ALL.filter((step) => !never.some((beginning) => step.startsWith(beginning)))
}

function unreachedBy(action: KilledAction): readonly string[] {
  switch (action) {
    case 'live':
      return [...ONLY_ACQUIRE, ...ONLY_RELEASE, ...ONLY_DRAIN]
    case 'session':
    case 'acquire':
      return [...ONLY_RELEASE, 'sync-']
    case 'release':
    case 'collect':
      return [...ONLY_ACQUIRE, ...ONLY_LIVE.filter((beginning) => beginning !== 'live-')]
  }
}
