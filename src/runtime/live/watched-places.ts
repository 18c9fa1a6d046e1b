/** The folders that a live runtime is watched by, and what a change of an entry in each of them marks. */
import { realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { EntryClass } from '../../agents/agent-definition.js'
import { isTransientEntry } from '../../agents/entry-class.js'
import { errnoOf } from '../../platform/perch-error.js'
import { documentPlaces } from '../document-place.js'
import type { RuntimeContext } from '../runtime-context.js'
import type { Mark } from './marks.js'

export interface WatchedPlace {
  readonly path: string
  /** What a change of the entry with this name marks; null when it is nothing to the runtime. */
  readonly markFor: (name: string) => Mark | null
}

/** The folders for this runtime, without those that only copies need (`mirrored-places.ts`). */
export function watchedPlaces(context: RuntimeContext): readonly WatchedPlace[] {
  return [...layerPlaces(context), credentialPlace(context), ...documentFolders(context), sharedHomePlace(context)]
}

function layerPlaces(context: RuntimeContext): readonly WatchedPlace[] {
  return context.layers.flatMap((layer) => {
    const entriesOf = (path: string, isRuntime: boolean, holds: readonly EntryClass[]): WatchedPlace => ({
      path,
      markFor: (name) => {
        if (isTransientEntry(context.relocation, name)) return null
        const entryClass = layer.classOf(name)
        if (isRuntime && entryClass === 'credential') return { kind: 'login' }
        if (isRuntime && entryClass === 'document') return { kind: 'document', name }
        return holds.includes(entryClass) ? { kind: 'entry', name } : null
      },
    })
    return [
      entriesOf(layer.folder, true, ['shared', 'private']),
      entriesOf(layer.state, false, ['private']),
      ...(layer.shared === null ? [] : [entriesOf(layer.shared, false, ['shared'])]),
    ]
  })
}

function credentialPlace({ folders, relocation }: RuntimeContext): WatchedPlace {
  const { file } = relocation.credential
  return { path: folders.credentials, markFor: (name) => (name === file ? { kind: 'login' } : null) }
}

/** Where the shared documents lie; one that is a link into a person's dotfiles is written there. */
function documentFolders(context: RuntimeContext): readonly WatchedPlace[] {
  return documentPlaces(context).flatMap(({ definition, shared }) => {
    if (shared === null) return []
    const paths = new Set([shared, finalPath(shared)])
    return [...paths].map((path): WatchedPlace => {
      const mark: Mark = { kind: 'document', name: definition.name }
      return { path: dirname(path), markFor: (name) => (name === basename(path) ? mark : null) }
    })
  })
}

/** A shared home that is a link may be made to lead elsewhere: of that the folder it led to is told nothing. */
function sharedHomePlace({ request, relocation }: RuntimeContext): WatchedPlace {
  const path = join(request.home, relocation.defaultHome)
  return { path: dirname(path), markFor: (name) => (name === basename(path) ? { kind: 'everything' } : null) }
}

function finalPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP') return path
    throw error
  }
}
