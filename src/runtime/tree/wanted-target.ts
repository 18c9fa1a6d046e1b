/** Where an entry of a runtime lives, and where its link should lead. */
import { lstatSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { isTransientEntry } from '../../agents/entry-class.js'
import { errnoOf } from '../../platform/perch-error.js'
import { BESIDE_FOLDER, type RuntimeContext, type RuntimeLayer } from '../runtime-context.js'

/** Where the link of this name should lead now; undefined where there is to be none. */
export function wantedTarget(context: RuntimeContext, layer: RuntimeLayer, name: string): string | undefined {
  const home = homeOf(context, layer, name)
  if (home === undefined) return undefined
  const path = join(home, name)
  if (home === layer.shared) return finalTarget(path)
  return exists(path) ? path : undefined
}

/** The folder in which an entry lives for which the runtime has a link; undefined for one that is never linked. */
export function homeOf(context: RuntimeContext, layer: RuntimeLayer, name: string): string | undefined {
  const entryClass = layer.classOf(name)
  if (entryClass === 'shared') return layer.shared ?? undefined
  const isLinked = entryClass === 'private' && name !== BESIDE_FOLDER && !isTransientEntry(context.relocation, name)
  return isLinked ? layer.state : undefined
}

/** Whether there is an entry of any kind, also a link that leads nowhere. */
export function exists(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}

/** None for an entry that leads nowhere or round in circles: that one name is left out, the others are not. */
function finalTarget(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP' || errnoOf(error) === 'EACCES') return undefined
    throw error
  }
}
