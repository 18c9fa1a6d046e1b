/**
 * Keeps the links at the top level of a live runtime right: new entries of the shared home and of the profile's state are
 * linked, links whose target is gone are dropped, files that the client made or replaced are taken over. Folders that the
 * client made wait for the drain. In copy mode there is nothing to do here.
 */
import { join } from 'node:path'
import { namesIn } from '../../platform/files/names-in.js'
import { messageOf } from '../../platform/perch-error.js'
import type { PassOutcome } from '../live/pass-outcome.js'
import type { RuntimeContext, RuntimeLayer } from '../runtime-context.js'
import { reached } from '../runtime-step.js'
import { fingerprintOf } from './fingerprint.js'
import { type RuntimeIndex, readIndex, writeIndex } from './index-file.js'
import { dropLink, linkKey, namesToShow, placeLink } from './links.js'
import { adoptLiveFile } from './sync-links-adopt.js'
import { decideLink } from './sync-links-decision.js'
import { lookAtLink } from './sync-links-look.js'
import { homeOf } from './wanted-target.js'

type Links = Record<string, RuntimeIndex['links'][string]>

/** What came of one name; null where it is right now. */
type NameOutcome = { readonly againInMs: number } | null

/**
 * Looks at these names, in whichever of the three folders they changed, and makes them right. The caller holds the profile's
 * lock and that of the shared home. Never throws for what is in a folder: a name that cannot be dealt with is `blocked` and
 * keeps no other from it.
 * @throws PerchError `disk-full`, `not-writable` when the index cannot be written
 */
export function syncLinks(context: RuntimeContext, names: 'all' | ReadonlySet<string>): PassOutcome {
  const index = readIndex(context)
  // Without a finished build nobody runs here, or nobody can tell what was linked: the next build does it.
  if (context.linkMode !== 'link' || index?.phase !== 'built') return { state: 'in-step' }
  const links: Links = { ...index.links }
  const waits: number[] = []
  const problems: string[] = []
  for (const layer of context.layers) {
    for (const name of names === 'all' ? allNames(layer) : names) {
      try {
        const outcome = isName(name) ? syncName(context, layer, name, links) : null
        if (outcome !== null) waits.push(outcome.againInMs)
      } catch (error) {
        problems.push(`${JSON.stringify(name)}: ${messageOf(error)}`)
      }
    }
  }
  reached('sync-links-done')
  if (JSON.stringify(links) !== JSON.stringify(index.links)) writeIndex(context, { ...index, links })
  reached('sync-noted')
  return outcomeOf(waits, problems)
}

function syncName(context: RuntimeContext, layer: RuntimeLayer, name: string, links: Links): NameOutcome {
  const home = homeOf(context, layer, name)
  if (home === undefined) return null
  const [path, key] = [join(layer.folder, name), linkKey(context, layer, name)]
  const look = lookAtLink(context, layer, name, links[key]?.target ?? null)
  switch (decideLink(look)) {
    case 'leave':
      return null
    case 'link':
      // What a client has put there since the look, the event of that will tell.
      if (look.wanted === null) return null
      if (!placeLink(path, look.wanted, look.live.kind === 'link' ? look.live.target : undefined)) return null
      reached('sync-link-placed')
      links[key] = { target: look.wanted, file: fingerprintOf(look.wanted) }
      return null
    case 'note':
      if (look.wanted !== null) links[key] = { target: look.wanted, file: fingerprintOf(look.wanted) }
      return null
    case 'drop':
      if (look.live.kind !== 'link' || !dropLink(path, look.live.target)) return null
      context.journal.write({ what: 'link-dropped', name, why: 'its target is gone' })
      delete links[key]
      return null
    case 'forget':
      delete links[key]
      return null
    case 'adopt':
      return adopt(context, { name, path, key, belongs: join(home, name) }, links)
  }
}

interface Entry {
  readonly name: string
  readonly path: string
  readonly key: string
  readonly belongs: string
}

function adopt(context: RuntimeContext, { name, path, key, belongs }: Entry, links: Links): NameOutcome {
  const known = links[key]
  const isAppendOnly = context.relocation.entries.appendOnly.includes(name)
  const adoption = { name, source: path, target: known?.target ?? belongs, known: known?.file ?? null, isAppendOnly }
  const adopted = adoptLiveFile(context, adoption, known !== undefined)
  if (adopted.kind === 'linked') links[key] = { target: adopted.target, file: fingerprintOf(adopted.target) }
  return adopted.kind === 'waiting' ? adopted : null
}

function allNames(layer: RuntimeLayer): ReadonlySet<string> {
  return new Set([...namesIn(layer.folder), ...namesToShow(layer)])
}

/** An event may bring anything; only what can be the name of an entry of the folder is one. */
function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0')
}

/** What has to be waited for comes first: looking again also finds out whether the others are still blocked. */
function outcomeOf(waits: readonly number[], problems: readonly string[]): PassOutcome {
  const blocked = problems.length === 0 ? null : `not taken over: ${problems.join('; ')}`
  if (waits.length > 0) {
    const why = ['a file is being written', ...(blocked === null ? [] : [blocked])].join('; ')
    return { state: 'waiting', why, againInMs: Math.max(1, Math.min(...waits)) }
  }
  return blocked === null ? { state: 'in-step' } : { state: 'blocked', why: blocked }
}
