/**
 * The steps between which perch may die while it changes a runtime. Each is a failpoint; the tests kill a real process at
 * every one of them and check that the next acquire loses nothing.
 */
import { failpoint } from '../platform/failpoint.js'

export const RUNTIME_STEPS = [
  'acquire-locked',
  'client-lock-taken',
  'credential-decided',
  'credential-stored',
  'credential-shown',
  'credential-base-noted',
  'drain-private-stored',
  'drain-document-stored',
  'drain-entry-adopted',
  'teardown-marked',
  'teardown-unlinked',
  'teardown-done',
  'build-noted',
  'build-linked',
  'document-base-stored',
  'document-seeded',
  'mirror-folder-made',
  'mirror-staged',
  'mirror-published',
  'mirror-appended',
  'mirror-kept-aside',
  'mirror-removed',
  'mirror-indexed',
  'credential-placed',
  'build-done',
  'lease-taken',
  'release-drained',
  'release-lease-dropped',
  'release-done',
] as const

/** Those of a pass over one document beside live sessions, in their order. */
export const DOCUMENT_STEPS = [
  'live-document-decided',
  'live-private-stored',
  'live-hub-stored',
  'live-replica-stored',
  'live-base-stored',
] as const

/** The steps of keeping the links of a live runtime right. */
export const LINK_STEPS = ['sync-loser-kept', 'sync-content-stored', 'sync-link-placed', 'sync-links-done', 'sync-noted'] as const

/** Those of giving a profile another name. */
export const RENAME_STEPS = ['rename-noted', 'rename-moved', 'rename-kept-moved', 'rename-corrected', 'rename-chosen'] as const

type AnyStep = typeof RUNTIME_STEPS | typeof DOCUMENT_STEPS | typeof LINK_STEPS | typeof RENAME_STEPS

export type RuntimeStep = AnyStep[number]

/** Marks that the step is done. */
export function reached(step: RuntimeStep): void {
  failpoint(step)
}
