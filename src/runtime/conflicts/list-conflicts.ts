/** What of a profile was kept aside, oldest first. Reads names and records, and of no kept thing what is in it. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { PerchPaths } from '../../platform/paths.js'
import { conflictsFolder } from '../../profiles/profile-definition.js'
import { namesIn } from '../tree/links.js'
import { parseKeptName } from './kept-name.js'
import { type KeptPlace, type KeptRecord, readKeptRecord } from './kept-record.js'

export interface KeptThing {
  readonly id: string
  readonly profile: string
  readonly name: string
  readonly at: Date
  /** Where it lies. */
  readonly path: string
  /** Of a file; 0 for a folder. */
  readonly bytes: number
  /** Where it belongs; null for what was only not thrown away. */
  readonly belongs: KeptPlace | null
  readonly why: string | null
}

export function listKept(paths: PerchPaths, profile: string): readonly KeptThing[] {
  const folder = conflictsFolder(paths, profile)
  return [...namesIn(folder)].sort().flatMap((text) => {
    const parsed = parseKeptName(text)
    const path = join(folder, text)
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (parsed === undefined || stat === undefined) return []
    const record = readKeptRecord(paths, profile, parsed.id)
    const { id, at } = parsed
    return [
      {
        id,
        profile,
        name: record?.name ?? parsed.name,
        at,
        path,
        bytes: stat.isFile() ? stat.size : 0,
        belongs: record === undefined ? null : placeOf(record),
        why: record?.why ?? null,
      },
    ]
  })
}

function placeOf({ kind, target, isDecided = false }: KeptRecord): KeptPlace {
  return { kind, target, isDecided }
}

/** Those that can be put in the place of another copy. */
export function listConflicts(paths: PerchPaths, profile: string): readonly KeptThing[] {
  return listKept(paths, profile).filter(({ belongs }) => belongs !== null)
}
