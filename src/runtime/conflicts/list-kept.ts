/** What of a profile was kept aside, oldest first. Reads names and records, and of no kept thing what is in it. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { namesIn } from '../../platform/files/names-in.js'
import type { PerchPaths } from '../../platform/paths.js'
import { conflictsFolder } from '../../profiles/profile-definition.js'
import { parseKeptName } from './kept-name.js'
import { type KeptKind, type KeptRecord, keptRecordIds, readKeptRecord } from './kept-record.js'

/**
 * What a kept thing asks of a person: `open` waits for a decision, `decided` is there so that one can be undone, a `leftover`
 * was only not thrown away, and of one that is `gone` there is nothing but the record.
 */
export const KEPT_STATES = ['open', 'decided', 'leftover', 'gone'] as const
export type KeptState = (typeof KEPT_STATES)[number]

export interface KeptThing {
  readonly id: string
  readonly profile: string
  readonly name: string
  /** When it was kept; ISO 8601. */
  readonly at: string
  readonly kind: KeptKind
  readonly state: KeptState
  /** Where it lies; null when it is gone. */
  readonly path: string | null
  /** Null for a folder. */
  readonly bytes: number | null
  /** Where it belongs; null for what was only not thrown away. */
  readonly target: string | null
  readonly why: string | null
}

/** Everything that is kept of one profile. */
export function listKept(paths: PerchPaths, profile: string): readonly KeptThing[] {
  const folder = conflictsFolder(paths, profile)
  const things = [...namesIn(folder)].sort().flatMap((text) => thingAt(paths, profile, join(folder, text), text))
  const there = new Set(things.map(({ id }) => id))
  const missing = keptRecordIds(paths, profile).filter((id) => !there.has(id))
  return [...missing.flatMap((id) => goneThing(paths, profile, id)), ...things]
}

function thingAt(paths: PerchPaths, profile: string, path: string, text: string): readonly KeptThing[] {
  const parsed = parseKeptName(text)
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (parsed === undefined || stat === undefined) return []
  const { id } = parsed
  const record = readKeptRecord(paths, profile, id)
  const bytes = stat.isFile() ? stat.size : null
  const found = { id, profile, at: parsed.at.toISOString(), path, bytes }
  if (record === undefined) {
    const kind = stat.isDirectory() ? 'folder' : 'file'
    return [{ ...found, name: parsed.name, kind, state: 'leftover', target: null, why: null }]
  }
  const { name, kind, target, why } = record
  return [{ ...found, name, kind, state: stateOf(record), target, why }]
}

function goneThing(paths: PerchPaths, profile: string, id: string): readonly KeptThing[] {
  const record = readKeptRecord(paths, profile, id)
  if (record === undefined) return []
  const { name, kind, target, why, at = new Date(0).toISOString() } = record
  return [{ id, profile, name, at, kind, state: 'gone', path: null, bytes: null, target, why }]
}

function stateOf({ target, isDecided }: KeptRecord): KeptState {
  if (target === null) return 'leftover'
  return isDecided ? 'decided' : 'open'
}
