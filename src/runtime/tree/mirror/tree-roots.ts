/** The top level of a mirrored tree, where the class of a name says which home is its own. */
import { accessSync, constants, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { isTransientEntry } from '../../../agents/entry-class.js'
import { errnoOf } from '../../../platform/perch-error.js'
import { BESIDE_FOLDER, type RuntimeContext, type RuntimeLayer } from '../../runtime-context.js'
import { linkKey } from '../links.js'
import type { EntryPair, Listed } from './entry-pair.js'
import { listing } from './folder-names.js'
import type { MirrorPass } from './pass.js'
import { isMirrorStaging } from './publish.js'

/** How the index names the layer's own folder. */
export function layerKey(context: RuntimeContext, layer: RuntimeLayer): string {
  return linkKey(context, layer, '')
}

/**
 * Why nothing may be concluded from this layer now; null when all is well. A home that is not there (a disk that is not
 * mounted) or a runtime that somebody removed as a whole is no deletion of everything in it.
 */
export function missingRoot(layer: RuntimeLayer): string | null {
  for (const folder of [layer.folder, layer.state, ...(layer.shared === null ? [] : [layer.shared])]) {
    try {
      if (!lstatSync(folder).isDirectory()) return `${folder} is not a folder`
      accessSync(folder, constants.R_OK)
    } catch (error) {
      return `${folder} cannot be read (${errnoOf(error) ?? 'unknown error'})`
    }
  }
  return null
}

/** The pairs of the names that either side has, or had; undefined when a side cannot be listed. */
export function topPairs(pass: MirrorPass, layer: RuntimeLayer, absenceCounts: boolean): Listed | undefined {
  const key = layerKey(pass.context, layer)
  const runtime = listing(pass, key, layer.folder)
  const shared = layer.shared === null ? [] : listing(pass, key, layer.shared)
  const own = listing(pass, key, layer.state)
  if (runtime === undefined || shared === undefined || own === undefined) return undefined
  const known = [...pass.index.names(key)]
  const names = new Set([...runtime, ...shared, ...own.filter((name) => name !== BESIDE_FOLDER), ...known])
  const sets = { inRuntime: new Set(runtime), shared: new Set(shared), own: new Set(own), known: new Set(known) }
  const isListed: Listed['isListed'] = ({ name, isShared }, side) =>
    sets[side === 'inRuntime' ? side : isShared ? 'shared' : 'own'].has(name)
  const pairs = [...names]
    .flatMap((name) => topPair(pass.context, layer, name, absenceCounts) ?? [])
    .filter((pair) => isListed(pair, 'inHome') || isListed(pair, 'inRuntime') || sets.known.has(pair.name))
  const leftovers = [
    ...leftoversIn(layer.folder, runtime),
    ...leftoversIn(layer.state, own),
    ...(layer.shared === null ? [] : leftoversIn(layer.shared, shared)),
  ]
  return { pairs, isListed, leftovers, isShared: layer.shared !== null }
}

function leftoversIn(folder: string, names: readonly string[]): readonly string[] {
  return names.filter(isMirrorStaging).map((name) => join(folder, name))
}

/** Undefined for a login, a document, a lock or a staging file: they are not the mirror's. */
export function topPair(
  context: RuntimeContext,
  layer: RuntimeLayer,
  name: string,
  absenceCounts: boolean,
): EntryPair | undefined {
  const entryClass = layer.classOf(name)
  if (entryClass === 'credential' || entryClass === 'document' || isTransientEntry(context.relocation, name)) return undefined
  const isShared = entryClass === 'shared' && layer.shared !== null
  const home = isShared && layer.shared !== null ? layer.shared : layer.state
  return {
    folder: layerKey(context, layer),
    name,
    isTop: true,
    homePath: join(home, name),
    runtimePath: join(layer.folder, name),
    boundary: home,
    isBelowLink: false,
    runtimeAbsenceCounts: absenceCounts,
    isShared,
  }
}
