/**
 * Keeps the real files of a runtime in copy mode and the places where they belong in step, in both directions: shared entries
 * with the shared home, private ones with the profile's state. Login and documents are not its business.
 *
 * | in one place | in the other | what happens |
 * | --- | --- | --- |
 * | a file, changed | as it was | brought over, whole or by its new end; the person's mode stays |
 * | a file, changed | changed | the newer stays, the other is kept aside; line files are united |
 * | deleted | as it was | deleted |
 * | deleted | changed | comes back |
 * | a file | a folder | the side that is as it was gives way, otherwise both stay, and the runtime's is kept aside at its end |
 * | a pipe, socket, device; a file without access | anything | left alone, never opened; the runtime's goes at its end |
 * | a new link in the runtime | nothing | the same link in the home, never followed |
 * | a link in the home | | see `home-link.ts` |
 */

import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureFolder } from '../../../platform/files/atomic-file.js'
import { PerchError } from '../../../platform/perch-error.js'
import type { PassOutcome } from '../../live/pass-outcome.js'
import { tryTreeLock, withTreeLock } from '../../locks/tree-lock.js'
import type { RuntimeContext } from '../../runtime-context.js'
import { homeOfStanding } from '../index-file.js'
import { removeMirrorIndex } from './mirror-index.js'
import { readMirrorPhase, writeMirrorPhase } from './mirror-phase.js'
import { syncNamedFolder } from './named-folder.js'
import { findUnmerged, type MirrorPass, type MirrorPurpose, outcomeOf, startPass } from './pass.js'
import { attempt, syncEntries } from './sync-folder.js'
import { missingRoot, topPairs } from './tree-roots.js'

/** Another pass, build or removal is at work; it takes milliseconds, seconds for a first copy. */
const TREE_LOCKED_AGAIN_MS = 250

/** The plain client, or another profile, may be writing what a drain compares with. */
const DRAIN_ROUNDS = 20

/**
 * Copies into a new runtime, or brings one that stands up to date.
 * @throws PerchError `disk-full`, `lock-timeout`
 */
export async function buildMirror(context: RuntimeContext): Promise<void> {
  await withTreeLock(context, async () => {
    // Notes of a tree that is not there any more would look like deletions.
    if (!existsSync(context.config)) removeMirrorIndex(context)
    for (const { folder, state } of context.layers) for (const path of [folder, state]) ensureFolder(path)
    const { findings } = await runPass(context, 'build', 'all')
    if (findings.isDiskFull) {
      throw new PerchError('disk-full', findings.blocked ?? 'no space left', { hint: 'Free some space and try again.' })
    }
    writeMirrorPhase(context, 'whole')
  })
}

/**
 * One pass over everything, or over the named folders (paths below the runtime) and whatever is new in them. Holds no lock of
 * the profile. Does nothing while another pass, build or removal is at work.
 */
export async function syncMirror(context: RuntimeContext, folders: 'all' | ReadonlySet<string>): Promise<PassOutcome> {
  using lock = tryTreeLock(context)
  if (lock === undefined) return { state: 'waiting', why: 'the tree is being worked on', againInMs: TREE_LOCKED_AGAIN_MS }
  // Between a removal and the next build the runtime is nobody's.
  if (readMirrorPhase(context) === 'removing') return { state: 'in-step' }
  // Built anew for another HOME meanwhile.
  if (homeOfStanding(context.folders, context.request.home) !== context.request.home) return { state: 'in-step' }
  return outcomeOf(await runPass(context, 'live', folders))
}

/** Takes everything over from a runtime that nobody uses any more; returns what could not be, with the reasons. */
export async function drainMirror(context: RuntimeContext): Promise<readonly string[]> {
  return await withTreeLock(context, async () => {
    for (let round = 1; ; round += 1) {
      const { findings } = await runPass(context, 'drain', 'all')
      if (findings.waiting === null) return findings.unmerged
      if (round === DRAIN_ROUNDS) return [...findings.unmerged, findings.waiting.why]
      await sleep(findings.waiting.againInMs)
    }
  })
}

/** Without its notes a pass has lost nothing: the next one compares content. */
async function save(pass: MirrorPass): Promise<void> {
  try {
    await pass.index.save(pass.pace)
  } catch (error) {
    if (!(error instanceof PerchError)) throw error
    pass.findings.blocked ??= error.message
    pass.findings.isDiskFull ||= error.code === 'disk-full'
  }
}

async function runPass(
  context: RuntimeContext,
  purpose: MirrorPurpose,
  folders: 'all' | ReadonlySet<string>,
): Promise<MirrorPass> {
  const pass = startPass(context, purpose)
  const absenceCounts = readMirrorPhase(context) === 'whole'
  try {
    for (const layer of context.layers) {
      const missing = missingRoot(layer)
      if (missing !== null) {
        if (purpose === 'drain' && !existsSync(layer.folder)) continue
        pass.findings.blocked ??= missing
        if (purpose === 'drain') findUnmerged(pass, layer.folder, missing)
      } else if (folders === 'all') {
        const top = topPairs(pass, layer, absenceCounts)
        if (top !== undefined) await syncEntries(pass, top, 'all')
      } else {
        for (const folder of folders) await attempt(pass, folder, () => syncNamedFolder(pass, layer, folder, absenceCounts))
      }
    }
  } finally {
    await save(pass)
  }
  return pass
}
