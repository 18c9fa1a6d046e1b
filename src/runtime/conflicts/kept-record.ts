/**
 * What is known of a thing that was kept aside: enough to put it back. The thing itself lies among the conflicts of its
 * profile, named by the same id; the record lies with the profile. One without the other is tolerated: a thing without a
 * record can still be looked at, and a record without a thing says nothing.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { ensureFolder, readJsonIfPresent, writeJsonAtomic } from '../../platform/files/atomic-file.js'
import type { PerchPaths } from '../../platform/paths.js'
import { PerchError } from '../../platform/perch-error.js'
import { profileFolders } from '../../profiles/profile-definition.js'

/** What can be put back, and how: a file, a login, or keys of a document. Anything else was only not thrown away. */
export const KEPT_KINDS = ['file', 'login', 'keys'] as const
export type KeptKind = (typeof KEPT_KINDS)[number]

/** Where a kept thing belongs. */
export interface KeptPlace {
  readonly kind: KeptKind
  /** The file of which it is the other version, or the document whose keys it holds. */
  readonly target: string
  /** It was there until a person decided otherwise: nobody waits for another decision. */
  readonly isDecided?: boolean
}

const KeptRecord = v.looseObject({
  kind: v.picklist(KEPT_KINDS),
  target: v.string(),
  isDecided: v.optional(v.boolean()),
  name: v.string(),
  why: v.string(),
})
export type KeptRecord = v.InferOutput<typeof KeptRecord>

export function writeKeptRecord(paths: PerchPaths, profile: string, id: string, record: KeptRecord): void {
  ensureFolder(recordsFolder(paths, profile))
  writeJsonAtomic(recordPath(paths, profile, id), record)
}

/** Undefined when there is none that can be read. */
export function readKeptRecord(paths: PerchPaths, profile: string, id: string): KeptRecord | undefined {
  try {
    const parsed = v.safeParse(KeptRecord, readJsonIfPresent(recordPath(paths, profile, id)))
    return parsed.success ? parsed.output : undefined
  } catch (error) {
    if (error instanceof PerchError && error.code === 'corrupt-file') return undefined
    throw error
  }
}

export function dropKeptRecord(paths: PerchPaths, profile: string, id: string): void {
  rmSync(recordPath(paths, profile, id), { force: true })
}

function recordPath(paths: PerchPaths, profile: string, id: string): string {
  return join(recordsFolder(paths, profile), `${id}.json`)
}

function recordsFolder(paths: PerchPaths, profile: string): string {
  return join(profileFolders(paths, profile).sync, 'kept')
}
