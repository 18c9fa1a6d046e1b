/** The folders of both sides that a runtime of copies is watched by: each for itself, since a recursive watch goes blind. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isTransientEntry } from '../../agents/entry-class.js'
import { STAGING_SUFFIX } from '../../platform/files/atomic-file.js'
import { errnoOf } from '../../platform/perch-error.js'
import type { RuntimeContext } from '../runtime-context.js'
import { type MirroredFolder, mirroredFolders } from '../tree/mirror/mirrored-folders.js'
import { layerKey } from '../tree/mirror/tree-roots.js'
import type { WatchedPlace } from './watched-places.js'

/** None where there are links: they lead to the one place where a file is. */
export async function mirroredPlaces(context: RuntimeContext): Promise<readonly WatchedPlace[]> {
  if (context.linkMode === 'link') return []
  const folders = await mirroredFolders(context)
  return folders.flatMap((folder) => [folder.home, folder.runtime].map((path) => placeOf(context, folder, path)))
}

/** The folders, on any side, that lie directly in these (paths below the runtime). */
export function foldersOf(context: RuntimeContext, folders: ReadonlySet<string>): readonly string[] {
  const roots = [context.folders.runtime, context.sharedHome, context.folders.state]
  const places = [...folders].flatMap((folder) => roots.map((root) => join(root, folder)))
  return places.flatMap((path) => foldersIn(path).map((name) => join(path, name)))
}

function placeOf(context: RuntimeContext, { relative }: MirroredFolder, path: string): WatchedPlace {
  const layer = context.layers.find((candidate) => layerKey(context, candidate) === relative)
  const mark = { kind: 'folder', path: relative } as const
  if (layer === undefined) return { path, markFor: (name) => (name.endsWith(STAGING_SUFFIX) ? null : mark) }
  return {
    path,
    // At the top level lie the login and the documents, which are looked at by themselves.
    markFor: (name) => {
      const isOfTree = ['shared', 'private'].includes(layer.classOf(name)) && !isTransientEntry(context.relocation, name)
      return isOfTree ? mark : null
    },
  }
}

function foldersIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errnoOf(error) ?? '')) return []
    throw error
  }
}
