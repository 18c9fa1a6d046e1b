/**
 * What is known of a thing that was kept aside: enough to put it back. The thing itself lies among the conflicts of its
 * profile, named by the same id; the record lies with the profile, and is written first. One without the other is tolerated
 * and shown: a thing without a record can still be looked at, a record without a thing says what is gone.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { ensureFolder, readJsonUnlessCorrupt, writeError, writeJsonAtomic } from '../../platform/files/atomic-file.js'
import { namesIn } from '../../platform/files/names-in.js'
import type { PerchPaths } from '../../platform/paths.js'
import { profileFolders } from '../../profiles/profile-definition.js'

/** What a kept thing is: `keys` are values of a document that lost. */
export const KEPT_KINDS = ['file', 'folder', 'login', 'keys'] as const
export type KeptKind = (typeof KEPT_KINDS)[number]

/** Where a kept thing belongs. */
export interface KeptPlace {
  /** A folder that is kept as a `file` is told from one by itself. */
  readonly kind: KeptKind
  /** The file or folder of which it is the other version, or the document whose keys it holds. */
  readonly target: string
  /** It was there until a person decided otherwise: nobody waits for another decision. */
  readonly isDecided?: boolean
}

const KeptRecord = v.looseObject({
  kind: v.picklist(KEPT_KINDS),
  /** Null for what was only not thrown away: there is no place to put it back to. */
  target: v.nullable(v.string()),
  isDecided: v.optional(v.boolean()),
  name: v.string(),
  why: v.string(),
  /** When it was kept; ISO 8601. The thing's own name says it too. */
  at: v.optional(v.string()),
})
export type KeptRecord = v.InferOutput<typeof KeptRecord>

/** @throws PerchError `disk-full`, `not-writable` */
export function writeKeptRecord(paths: PerchPaths, profile: string, id: string, record: KeptRecord): void {
  ensureFolder(recordsFolder(paths, profile))
  writeJsonAtomic(recordPath(paths, profile, id), record)
}

/** Undefined when there is none that can be read. */
export function readKeptRecord(paths: PerchPaths, profile: string, id: string): KeptRecord | undefined {
  const parsed = v.safeParse(KeptRecord, readJsonUnlessCorrupt(recordPath(paths, profile, id)))
  return parsed.success ? parsed.output : undefined
}

/** The ids of all records. */
export function keptRecordIds(paths: PerchPaths, profile: string): readonly string[] {
  return namesIn(recordsFolder(paths, profile)).flatMap((name) => /^([0-9a-f]{6})\.json$/.exec(name)?.[1] ?? [])
}

/** @throws PerchError `not-writable` */
export function dropKeptRecord(paths: PerchPaths, profile: string, id: string): void {
  const path = recordPath(paths, profile, id)
  try {
    rmSync(path, { force: true })
  } catch (error) {
    throw writeError(path, error)
  }
}

function recordPath(paths: PerchPaths, profile: string, id: string): string {
  return join(recordsFolder(paths, profile), `${id}.json`)
}

function recordsFolder(paths: PerchPaths, profile: string): string {
  return join(profileFolders(paths, profile).sync, 'kept')
}
