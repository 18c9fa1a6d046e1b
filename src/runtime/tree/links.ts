/**
 * The links of a runtime: absolute, and straight to the final path, because the client's own writer resolves one hop only.
 * A link is put in place by a rename, so that a name is never missing for a moment.
 */
import { readlinkSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ensureFolder } from '../../platform/files/atomic-file.js'
import { namesIn } from '../../platform/files/names-in.js'
import { noteOwnWrite } from '../../platform/files/own-writes.js'
import { errnoOf } from '../../platform/perch-error.js'
import type { RuntimeContext, RuntimeLayer } from '../runtime-context.js'
import { fingerprintOf } from './fingerprint.js'
import type { RuntimeIndex } from './index-file.js'
import { removeEntryIf, replaceEntry } from './replace-entry.js'
import { exists, wantedTarget } from './wanted-target.js'

type Links = RuntimeIndex['links']

/** The links that the runtime should have now, by path below the runtime. */
export function wantedLinks(context: RuntimeContext): Links {
  const links: Record<string, Links[string]> = {}
  for (const layer of context.layers) {
    for (const [name, target] of targetsOf(context, layer)) {
      links[linkKey(context, layer, name)] = { target, file: fingerprintOf(target) }
    }
  }
  return links
}

/** Puts missing links in place and drops those whose target is gone; whatever is not a link is left alone. */
export function placeLinks(context: RuntimeContext, wanted: Links, previous: Links): void {
  for (const layer of context.layers) ensureFolder(layer.folder)
  for (const [key, { target }] of Object.entries(wanted)) {
    const path = join(context.folders.runtime, key)
    const now = linkTarget(path)
    if (now === undefined || (now !== target && isOurs(context, key, now, previous))) placeLink(path, target, now)
  }
  for (const layer of context.layers) dropDangling(context, layer, wanted, previous)
}

/**
 * Points `path` at `target`, in place of the link to `now`, or of nothing (undefined); false when a client has put something
 * else there since.
 * @throws PerchError `disk-full`, `not-writable`, or the system error
 */
export function placeLink(path: string, target: string, now: string | undefined): boolean {
  return replaceEntry(path, now === undefined ? null : isLinkTo(now), (staging) => {
    symlinkSync(target, staging)
    noteOwnWrite(path, staging)
  })
}

/** Removes the link to `now`; false when a client has put something else there since. */
export function dropLink(path: string, now: string): boolean {
  return removeEntryIf(path, isLinkTo(now))
}

function isLinkTo(target: string): (path: string) => boolean {
  return (path) => linkTarget(path) === target
}

/** Where the link at `path` points; `not-a-link` for another entry, undefined for none. */
export function linkTarget(path: string): string | 'not-a-link' | undefined {
  try {
    return readlinkSync(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    if (errnoOf(error) === 'EINVAL') return 'not-a-link'
    throw error
  }
}

export function linkKey(context: RuntimeContext, layer: RuntimeLayer, name: string): string {
  return relative(context.folders.runtime, join(layer.folder, name))
}

/** The names that a layer may show: of the shared home and of the profile's state. */
export function namesToShow(layer: RuntimeLayer): ReadonlySet<string> {
  return new Set([...(layer.shared === null ? [] : namesIn(layer.shared)), ...namesIn(layer.state)])
}

function targetsOf(context: RuntimeContext, layer: RuntimeLayer): readonly (readonly [string, string])[] {
  return [...namesToShow(layer)].flatMap((name) => {
    const target = wantedTarget(context, layer, name)
    return target === undefined ? [] : [[name, target] as const]
  })
}

function dropDangling(context: RuntimeContext, layer: RuntimeLayer, wanted: Links, previous: Links): void {
  for (const name of namesIn(layer.folder)) {
    const path = join(layer.folder, name)
    const now = linkTarget(path)
    const key = linkKey(context, layer, name)
    if (now === undefined || now === 'not-a-link' || Object.hasOwn(wanted, key)) continue
    if (layer.classOf(name) === 'credential' || !isOurs(context, key, now, previous) || exists(now)) continue
    if (!dropLink(path, now)) continue
    context.journal.write({ what: 'link-dropped', name, from: now, why: 'its target is gone' })
  }
}

/** Whether what `linkTarget` gave is a link of perch's: as it was built, or into the shared home or the profile's state. */
function isOurs(context: RuntimeContext, key: string, target: string, previous: Links): boolean {
  if (previous[key]?.target === target) return true
  return [context.sharedHome, context.folders.state].some((folder) => target.startsWith(`${folder}/`))
}
