/**
 * What the last build put into a runtime: so that a file which the client replaced can be told from a new one, a name that
 * was deleted in the shared home from one that is new in the runtime, and a login that was deleted from one that was never
 * linked. Losing it costs no data: everything then counts as new.
 */
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { readJsonIfPresent, readJsonUnlessCorrupt, writeJsonAtomic } from '../../platform/files/atomic-file.js'
import type { ProfileFolders } from '../../profiles/profile-definition.js'
import type { RuntimeContext } from '../runtime-context.js'
import { Fingerprint } from './fingerprint.js'
import type { LinkMode } from './link-mode.js'
import { mirrorNotes } from './mirror/mirror-phase.js'

const LinkModeName = v.picklist(['link', 'copy'])

const RuntimeIndex = v.looseObject({
  /** `built`: the links below were all there. Otherwise perch died while building or removing them. */
  phase: v.picklist(['building', 'built', 'removing']),
  linkMode: LinkModeName,
  /** The person's HOME, in which its shared home lies. Older versions did not note it. */
  home: v.optional(v.string()),
  /** Links by path below the runtime: where they point, and what a linked file looked like then. */
  links: v.record(v.string(), v.looseObject({ target: v.string(), file: v.nullable(Fingerprint) })),
  /** `credentialHash` of the durable login that was linked; null when there was none. */
  credential: v.nullable(v.string()),
})
export type RuntimeIndex = v.InferOutput<typeof RuntimeIndex>

/** The index of the last build, or undefined when there is none that can be read. */
export function readIndex(context: RuntimeContext): RuntimeIndex | undefined {
  try {
    const parsed = v.safeParse(RuntimeIndex, readJsonIfPresent(indexPath(context)))
    return parsed.success ? parsed.output : undefined
  } catch (error) {
    context.journal.write({ what: 'not-merged', name: 'index.json', why: `it could not be read: ${String(error)}` })
    return undefined
  }
}

/** The mode of the runtime that stands there; undefined when none does, or nobody can tell. */
export function standingLinkMode(folders: Pick<ProfileFolders, 'sync' | 'runtime'>): LinkMode | undefined {
  if (!existsSync(folders.runtime)) return undefined
  // Only copies have notes of their own, which tell it when the index is lost.
  return notedLinkMode(folders) ?? (existsSync(mirrorNotes(folders)) ? 'copy' : undefined)
}

/**
 * The HOME that the runtime which stands there was built for, whatever it is in the environment of whoever asks (`asked`).
 * That one it is where none stands, nobody can tell, it is gone by now, or it is the same folder by another name.
 */
export function homeOfStanding(folders: Pick<ProfileFolders, 'sync' | 'runtime'>, asked: string): string {
  const built = existsSync(folders.runtime) ? noted(folders, v.looseObject({ home: v.string() }))?.home : undefined
  if (built === undefined || !existsSync(built)) return asked
  return existsSync(asked) && realpathSync(asked) === realpathSync(built) ? asked : built
}

function notedLinkMode(folders: Pick<ProfileFolders, 'sync'>): LinkMode | undefined {
  return noted(folders, v.looseObject({ linkMode: LinkModeName }))?.linkMode
}

/** What the index says, as far as it has this form. */
function noted<T>(folders: Pick<ProfileFolders, 'sync'>, schema: v.GenericSchema<unknown, T>): T | undefined {
  const parsed = v.safeParse(schema, readJsonUnlessCorrupt(indexIn(folders)))
  return parsed.success ? parsed.output : undefined
}

export function writeIndex(context: RuntimeContext, index: RuntimeIndex): void {
  writeJsonAtomic(indexPath(context), index)
}

export function indexPath(context: RuntimeContext): string {
  return indexIn(context.folders)
}

function indexIn({ sync }: Pick<ProfileFolders, 'sync'>): string {
  return join(sync, 'index.json')
}
