/**
 * Removes a drained runtime: links or copies, then replicas and a copy of the login whose content is merged, then the folders. Nothing is removed
 * recursively: whatever arrived after the drain keeps its folder standing, and the next drain takes it over.
 */
import { lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { namesIn } from '../platform/files/names-in.js'
import { removeEmptyFolder } from '../platform/files/remove-empty-folder.js'
import { isMergedCopy } from './credentials/show-login.js'
import { withTreeLock } from './locks/tree-lock.js'
import type { RuntimeContext, RuntimeLayer } from './runtime-context.js'
import { reached } from './runtime-step.js'
import { isSameFingerprint, ownFingerprintOf } from './tree/fingerprint.js'
import { indexPath, readIndex, writeIndex } from './tree/index-file.js'
import { removeMirrorIndex } from './tree/mirror/mirror-index.js'
import { writeMirrorPhase } from './tree/mirror/mirror-phase.js'
import { removeMirrored } from './tree/mirror/remove-mirror.js'

/**
 * Removes the runtime; returns what kept it standing, nothing when it is gone.
 * @throws PerchError `lock-timeout`, `not-writable`, `disk-full`
 */
export async function tearDownRuntime(context: RuntimeContext): Promise<readonly string[]> {
  return context.linkMode === 'link' ? await remove(context) : await withTreeLock(context, () => remove(context))
}

async function remove(context: RuntimeContext): Promise<readonly string[]> {
  const index = readIndex(context)
  // From here on a missing link to the login says nothing about a logout.
  if (index !== undefined) writeIndex(context, { ...index, phase: 'removing' })
  reached('teardown-marked')
  if (context.linkMode === 'copy') {
    writeMirrorPhase(context, 'removing')
    await removeMirrored(context)
  }
  const left = context.layers.flatMap((layer) => removeLayer(context, layer))
  reached('teardown-done')
  if (left.length === 0) {
    removeMirrorIndex(context)
    rmSync(indexPath(context), { force: true })
  }
  return left
}

function removeLayer(context: RuntimeContext, layer: RuntimeLayer): readonly string[] {
  for (const name of namesIn(layer.folder)) {
    const path = join(layer.folder, name)
    const stat = lstatSync(path)
    const isMergedReplica = isSameFingerprint(context.mergedReplicas.get(path) ?? null, ownFingerprintOf(path))
    // In copy mode no link is perch's; the agent's own went before if they were taken over.
    const isLinkOfPerch = stat.isSymbolicLink() && context.linkMode === 'link'
    if (isLinkOfPerch || isMergedReplica || isMergedCopy(context, path)) rmSync(path)
  }
  reached('teardown-unlinked')
  return removeEmptyFolder(layer.folder) ? [] : namesIn(layer.folder)
}
