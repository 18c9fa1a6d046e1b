/** What lies under one name of a live runtime, and where the entry of that name lives. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { RuntimeContext, RuntimeLayer } from '../runtime-context.js'
import { linkTarget } from './links.js'
import type { LinkLook } from './sync-links-decision.js'
import { exists, homeOf, wantedTarget } from './wanted-target.js'

/** Looks; `known` is where the link led when it was placed, null where there was none. */
export function lookAtLink(context: RuntimeContext, layer: RuntimeLayer, name: string, known: string | null): LinkLook {
  const wanted = wantedTarget(context, layer, name) ?? null
  const home = homeOf(context, layer, name) ?? layer.state
  const live = liveEntry(layer, name, known)
  const isOfState = (target: string) => target.startsWith(`${layer.state}/`)
  return {
    live,
    wanted,
    isGone: !exists(join(home, name)) && !(live.kind === 'link' && exists(live.target)),
    known,
    hasChangedSides: live.kind === 'link' && isOfState(live.target) !== (home === layer.state),
  }
}

function liveEntry(layer: RuntimeLayer, name: string, known: string | null): LinkLook['live'] {
  const path = join(layer.folder, name)
  const target = linkTarget(path)
  if (target === undefined) return { kind: 'none' }
  if (target !== 'not-a-link') {
    // A client may make links of its own, also into the shared home.
    const ours = [known, join(layer.state, name), layer.shared === null ? null : join(layer.shared, name)]
    return { kind: 'link', target, isOurs: ours.includes(target) }
  }
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ? { kind: 'file' } : { kind: 'other' }
}
