/**
 * `imported.json` in a profile's folder: where the profile came from, and how far its login is on its way. It is there before
 * anybody sees the profile, so a second import knows the first one's work, and one that was killed is completed.
 */
import { join } from 'node:path'
import * as v from 'valibot'
import { readJsonUnlessCorrupt, writeJsonAtomic } from '../platform/files/atomic-file.js'
import { flushFolder } from '../platform/files/flush-folder.js'
import type { PerchPaths } from '../platform/paths.js'
import { profileFolders } from '../profiles/profile-definition.js'
import { type ImportPlace, SOURCES } from './found-account.js'
import { notMoved } from './not-moved.js'

const Moving = v.object({
  /** Where the login lay. */
  from: v.string(),
  encoding: v.picklist(['plain', 'base64']),
  /** Its name beside that while it is on its way. */
  aside: v.string(),
})

const ImportNote = v.looseObject({
  source: v.picklist(SOURCES),
  key: v.string(),
  label: v.string(),
  /** ISO 8601. */
  at: v.string(),
  login: v.picklist(['left', 'moving', 'moved']),
  /** Null unless it is on its way. */
  moving: v.nullable(Moving),
})

export type ImportNote = Readonly<v.InferOutput<typeof ImportNote>>

/** The name of the note in a profile's folder. */
export const IMPORT_NOTE = 'imported.json'

/** Undefined for a profile that was not imported. */
export function readImportNote(paths: PerchPaths, profile: string): ImportNote | undefined {
  const parsed = v.safeParse(ImportNote, readJsonUnlessCorrupt(notePath(paths, profile)))
  return parsed.success ? parsed.output : undefined
}

/** The note of a profile that an import has made. @throws PerchError `login-in-use` when somebody has taken it away */
export function requireNote({ paths }: ImportPlace, profile: string): ImportNote {
  const note = readImportNote(paths, profile)
  if (note === undefined) throw notMoved(`the profile ${profile} is not that of an import any more`)
  return note
}

/** Lasting when it returns: the next step relies on it. @throws PerchError `disk-full`, `not-writable` */
export function writeImportNote(paths: PerchPaths, profile: string, note: ImportNote): void {
  writeJsonAtomic(notePath(paths, profile), note, { durable: true })
  flushFolder(profileFolders(paths, profile).root)
}

function notePath(paths: PerchPaths, profile: string): string {
  return join(profileFolders(paths, profile).root, IMPORT_NOTE)
}
