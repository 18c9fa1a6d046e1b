/** A link that moves from a runtime to where it belongs: what it must say there to mean the same. */
import { readlinkSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { errnoOf } from '../../platform/perch-error.js'
import type { RuntimeContext } from '../runtime-context.js'

/** The text for the link at `target` that was at `source`: relative to the new place, and never back into the runtime. */
export function movedLinkText(context: RuntimeContext, source: string, target: string): string {
  const text = readlinkSync(source)
  const leads = resolve(dirname(source), text)
  const below = relative(context.config, leads)
  if (below.startsWith('..') || isAbsolute(below)) return leads
  const moved = join(context.sharedHome, below)
  return isAbsolute(text) ? moved : relative(dirname(target), moved)
}

/** Whether a link with this text, at `target`, leads to what is there. */
export function leadsTo(text: string, target: string): boolean {
  try {
    return realpathSync(resolve(dirname(target), text)) === realpathSync(target)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP') return false
    throw error
  }
}
