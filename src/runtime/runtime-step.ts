/**
 * The steps between which perch may die while it changes a runtime. Each is a failpoint; the tests kill a real process at
 * every one of them and check that the next acquire loses nothing.
 */
import { failpoint } from '../platform/failpoint.js'

export const RUNTIME_STEPS = [
  'acquire-locked',
  'client-lock-taken',
  'drain-credential-decided',
  'drain-credential-stored',
  'drain-credential-linked',
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
  'credential-linked',
  'build-done',
  'lease-taken',
  'release-drained',
  'release-lease-dropped',
  'release-done',
] as const

export type RuntimeStep = (typeof RUNTIME_STEPS)[number]

/** Marks that the step is done. */
export function reached(step: RuntimeStep): void {
  failpoint(step)
}
