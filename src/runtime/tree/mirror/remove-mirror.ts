/**
 * Removes the copies of a drained runtime, one by one: only what still is what was merged, and links and folders that were
 * taken over. What arrived since keeps its folder standing.
 */
import { rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { namesIn } from '../../../platform/files/names-in.js'
import { errnoOf } from '../../../platform/perch-error.js'
import type { RuntimeContext, RuntimeLayer } from '../../runtime-context.js'
import { reached } from '../../runtime-step.js'
import { isBaseContent } from './give-way.js'
import { lookAt } from './look.js'
import { type MirrorPass, startPass } from './pass.js'
import { layerKey } from './tree-roots.js'

/** Removes what is merged; whoever calls it holds the lock of the tree. */
export async function removeMirrored(context: RuntimeContext): Promise<void> {
  const pass = startPass(context, 'drain')
  for (const layer of context.layers) await removeMerged(pass, layerKey(context, layer), layer)
}

async function removeMerged(pass: MirrorPass, key: string, layer: Pick<RuntimeLayer, 'folder'>): Promise<void> {
  for (const name of namesIn(layer.folder)) {
    if (pass.pace.isDue()) await pass.pace.rest()
    const path = join(layer.folder, name)
    const base = pass.index.get(key, name)
    const seen = lookAt(path)
    if (base === undefined || base.kind !== seen.kind) continue
    if (seen.kind === 'folder') {
      await removeMerged(pass, join(key, name), { folder: path })
      removeIfEmpty(path)
    } else if (base.kind === 'link' && seen.kind === 'link') {
      if (base.text === seen.text) rmSync(path)
    } else if (base.kind === 'file' && seen.kind === 'file' && (await isBaseContent(base, 'runtime', seen))) {
      rmSync(path)
      reached('mirror-removed')
    }
  }
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOTEMPTY' && errnoOf(error) !== 'EEXIST' && errnoOf(error) !== 'ENOENT') throw error
  }
}
