/**
 * Takes over everything that a run left in its runtime: login, documents, replaced and new entries. Always comes before
 * anything is removed. What cannot be taken over now (a corrupt shared document, a full disk, a lock that the agent holds)
 * stays in the runtime and is named, and then nothing of the runtime is removed.
 */
import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isTransientEntry } from '../agents/entry-class.js'
import { ensureFolder } from '../platform/files/atomic-file.js'
import { namesIn } from '../platform/files/names-in.js'
import { messageOf } from '../platform/perch-error.js'
import { drainCredential } from './credentials/credentials.js'
import { documentPlaces } from './document-place.js'
import { drainDocument } from './documents/drain-document.js'
import { syncDocument } from './documents/sync-document.js'
import { reclaimOwnLocks } from './locks/held-client-locks.js'
import { withSharedHomeLock } from './locks/shared-home-lock.js'
import type { RuntimeContext, RuntimeLayer } from './runtime-context.js'
import { reached } from './runtime-step.js'
import { dropTransient } from './transient-entries.js'
import { adoptEntry } from './tree/adopt.js'
import { type RuntimeIndex, readIndex } from './tree/index-file.js'
import { linkKey } from './tree/links.js'
import { drainMirror } from './tree/mirror/sync-mirror.js'
import { makeNamesReadable } from './tree/readable-names.js'

export interface DrainResult {
  /** What is still in the runtime only, with the reason; empty when all is taken over. */
  readonly unmerged: readonly string[]
}

/**
 * Drains the runtime under the profile's lock. While it is in use only the login and the documents are brought together:
 * they are written by rename, everything else may be open in a running client.
 */
export async function drainRuntime(context: RuntimeContext, inUse: boolean): Promise<DrainResult> {
  reclaimOwnLocks(context)
  if (namesIn(context.folders.runtime).length === 0) return { unmerged: [] }
  const index = readIndex(context)
  const unmerged: string[] = []
  await withSharedHomeLock(context, async () => {
    await attempt(context, unmerged, context.relocation.credential.file, () => drainCredential(context, index, inUse))
    for (const place of documentPlaces(context)) {
      await attempt(context, unmerged, place.definition.name, async () => {
        if (!inUse) return await drainDocument(context, place)
        const outcome = await syncDocument(context, place)
        return outcome.state === 'blocked' ? outcome.why : null
      })
    }
    if (inUse) return
    for (const layer of context.layers) {
      await attempt(context, unmerged, relative(context.folders.root, layer.folder), () => readableNames(context, layer))
      for (const name of namesIn(layer.folder)) {
        await attempt(context, unmerged, name, () => drainEntry(context, layer, name, index))
      }
    }
  })
  // Has locks of its own: that of the tree comes before that of the shared home.
  if (context.linkMode === 'copy' && !inUse) await drainCopies(context, unmerged)
  return { unmerged }
}

async function drainCopies(context: RuntimeContext, unmerged: string[]): Promise<void> {
  let left: readonly string[] = []
  await attempt(context, unmerged, 'copies', async () => {
    left = await drainMirror(context)
    return null
  })
  for (const why of left) {
    unmerged.push(why)
    context.journal.write({ what: 'not-merged', name: 'copies', why })
  }
}

/** One entry that fails keeps no other from being taken over. */
async function attempt(
  context: RuntimeContext,
  unmerged: string[],
  name: string,
  action: () => string | null | Promise<string | null>,
): Promise<void> {
  let why: string | null
  try {
    why = await action()
  } catch (error) {
    why = messageOf(error)
  }
  if (why === null) return
  unmerged.push(`${name}: ${why}`)
  context.journal.write({ what: 'not-merged', name, why })
}

function readableNames(context: RuntimeContext, layer: RuntimeLayer): null {
  if (existsSync(layer.folder)) makeNamesReadable(context, layer.folder)
  return null
}

function drainEntry(context: RuntimeContext, layer: RuntimeLayer, name: string, index: RuntimeIndex | undefined): string | null {
  const source = join(layer.folder, name)
  const entryClass = layer.classOf(name)
  if (entryClass === 'credential' || entryClass === 'document') return null
  if (isTransientEntry(context.relocation, name)) return dropTransient(context, source)
  if (context.linkMode === 'copy') return null
  const target = join(entryClass === 'shared' && layer.shared !== null ? layer.shared : layer.state, name)
  const known = index?.links[linkKey(context, layer, name)]
  ensureFolder(layer.state)
  if (isLinkOfPerch(source, name, [known?.target, ...homesOf(layer).map((home) => join(home, name))])) return null
  adoptEntry(context, {
    name,
    source,
    target: known?.target ?? target,
    known: known?.file ?? null,
    isAppendOnly: context.relocation.entries.appendOnly.includes(name),
  })
  reached('drain-entry-adopted')
  return null
}

function isLinkOfPerch(path: string, name: string, targets: readonly (string | undefined)[]): boolean {
  if (!lstatSync(path).isSymbolicLink()) return false
  const target = readlinkSync(path)
  return targets.includes(target) || (target.endsWith(`/${name}`) && lstatSync(target, { throwIfNoEntry: false }) === undefined)
}

function homesOf(layer: RuntimeLayer): readonly string[] {
  return layer.shared === null ? [layer.state] : [layer.shared, layer.state]
}
