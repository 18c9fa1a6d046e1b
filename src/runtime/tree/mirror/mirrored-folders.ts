/** The folders of a mirrored tree, for whoever watches them. */
import { dirname } from 'node:path'
import type { RuntimeContext } from '../../runtime-context.js'
import { type EntryPair, type FolderPair, keyOf, pairIn } from './entry-pair.js'
import { folderNames } from './folder-names.js'
import { lookAtHome, lookAtRuntime } from './look.js'
import { type MirrorPass, startPass } from './pass.js'
import { folderOf } from './sync-entry.js'
import { layerKey, missingRoot, topPairs } from './tree-roots.js'

export interface MirroredFolder {
  /** Below the runtime: what `syncMirror` takes. */
  readonly relative: string
  readonly home: string
  readonly runtime: string
}

/**
 * Every folder that both sides have, each to be watched by itself. At the top level the same runtime folder comes with more
 * than one home: the shared one, the profile's state, and the folders of files that a person's links lead to.
 */
export async function mirroredFolders(context: RuntimeContext): Promise<readonly MirroredFolder[]> {
  const pass = startPass(context, 'live')
  const found: MirroredFolder[] = []
  for (const layer of context.layers) {
    if (missingRoot(layer) !== null) continue
    const relative = layerKey(context, layer)
    for (const home of [layer.shared, layer.state]) if (home !== null) found.push({ relative, home, runtime: layer.folder })
    const top = topPairs(pass, layer, false)
    for (const pair of top?.pairs ?? []) await addBelow(pass, pair, found)
  }
  return found
}

async function addBelow(pass: MirrorPass, pair: EntryPair, found: MirroredFolder[]): Promise<void> {
  if (pass.pace.isDue()) await pass.pace.rest()
  const home = lookAtHome(pass.context, pair)
  const isElsewhere = pair.isTop && home.kind === 'file' && home.path !== pair.homePath
  if (isElsewhere) found.push({ relative: pair.folder, home: dirname(home.path), runtime: dirname(pair.runtimePath) })
  if (home.kind !== 'folder') return
  const runtime = lookAtRuntime(pair)
  if (runtime.kind !== 'folder') return
  const folder: FolderPair = folderOf(pass, pair, runtime)
  found.push({ relative: keyOf(pair), home: folder.home, runtime: folder.runtime })
  for (const name of folderNames(pass, folder)?.all ?? []) await addBelow(pass, pairIn(folder, name), found)
}
