/** The journal of a profile, read for people: both of its files, oldest first. Lines that are torn or not its own are passed over. */
import { join } from 'node:path'
import * as v from 'valibot'
import { readFileIfPresent } from '../platform/files/atomic-file.js'
import type { PerchPaths } from '../platform/paths.js'
import { profileFolders } from '../profiles/profile-definition.js'

const Line = v.looseObject({
  at: v.string(),
  what: v.string(),
  name: v.string(),
  from: v.optional(v.string()),
  to: v.optional(v.string()),
  why: v.optional(v.string()),
})

export type JournalEntry = v.InferOutput<typeof Line> & { readonly profile: string }

/** Where a profile's journal lies; the older half has `.1` behind its name. */
export function journalPath(sync: string): string {
  return join(sync, 'journal.jsonl')
}

export function readJournal(paths: PerchPaths, profile: string): readonly JournalEntry[] {
  const path = journalPath(profileFolders(paths, profile).sync)
  return [`${path}.1`, path].flatMap((file) => entriesOf(readFileIfPresent(file)?.toString('utf8') ?? '', profile))
}

/** The entries in the text of a journal. Pure. */
export function entriesOf(text: string, profile: string): readonly JournalEntry[] {
  return text.split('\n').flatMap((line) => {
    const parsed = v.safeParse(Line, parse(line))
    return parsed.success ? [{ ...parsed.output, profile }] : []
  })
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // Torn by a death, or written by hand.
    return undefined
  }
}
