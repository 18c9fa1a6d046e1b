/** Finds the two places of a folder that is named by its path below the runtime, and brings only that one in step. */
import { sep } from 'node:path'
import type { RuntimeLayer } from '../../runtime-context.js'
import { type FolderPair, pairIn } from './entry-pair.js'
import { lookAtHome, lookAtRuntime } from './look.js'
import type { MirrorPass } from './pass.js'
import { folderOf } from './sync-entry.js'
import { syncEntries, syncFolder } from './sync-folder.js'
import { layerKey, topPair, topPairs } from './tree-roots.js'

/** Where a part of the path is not a folder on both sides (any more), that part is decided as a whole. */
export async function syncNamedFolder(
  pass: MirrorPass,
  layer: RuntimeLayer,
  path: string,
  absenceCounts: boolean,
): Promise<void> {
  const key = layerKey(pass.context, layer)
  if (path === key) {
    const top = topPairs(pass, layer, absenceCounts)
    if (top !== undefined) await syncEntries(pass, top, 'one')
    return
  }
  const parts = partsBelow(key, path)
  if (parts === undefined) return
  let folder: FolderPair | undefined
  for (const name of parts) {
    const pair = folder === undefined ? topPair(pass.context, layer, name, absenceCounts) : pairIn(folder, name)
    if (pair === undefined) return
    const runtime = lookAtRuntime(pair)
    if (lookAtHome(pass.context, pair).kind !== 'folder' || runtime.kind !== 'folder') {
      await syncEntries(pass, { pairs: [pair], isListed: () => true, leftovers: [], isShared: pair.isShared }, 'one')
      return
    }
    folder = folderOf(pass, pair, runtime)
  }
  if (folder !== undefined) await syncFolder(pass, folder, 'one')
}

function partsBelow(key: string, path: string): readonly string[] | undefined {
  if (key === '') return path.split(sep)
  return path.startsWith(`${key}${sep}`) ? path.slice(key.length + 1).split(sep) : undefined
}
