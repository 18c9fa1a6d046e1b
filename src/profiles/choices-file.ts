/**
 * `<state>/state.json`: what a person has chosen (`choices.ts`), and whatever a newer perch keeps there beside it. Written
 * whole, by one at a time; a file that cannot be understood is left as it is, since guessing would mean another account.
 */
import { isAbsolute, join } from 'node:path'
import { readJsonIfPresent, writeJsonAtomic } from '../platform/files/atomic-file.js'
import { waitForFileLock } from '../platform/files/file-lock.js'
import { preparePerchFolders } from '../platform/files/safe-folder.js'
import type { PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { NO_CHOICES, type ProfileChoices } from './choices.js'

/** A change takes a millisecond; longer than many of them in a row, shorter than a person's patience. */
const LOCK_TIMEOUT_MS = 10_000

const SCHEMA = 1

type Table = Readonly<Record<string, unknown>>

/** Where the choices lie. */
export function choicesPath(paths: PerchPaths): string {
  return join(paths.state, 'state.json')
}

/**
 * What has been chosen; nothing where there is no file.
 * @throws PerchError `corrupt-file`
 */
export function readChoices(paths: PerchPaths): ProfileChoices {
  const path = choicesPath(paths)
  const table = readTable(path)
  return table === undefined ? NO_CHOICES : choicesIn(table, path)
}

/**
 * Changes what has been chosen, and returns it as it was and as it is now. `change` runs as the only one that changes it,
 * and whatever it throws leaves all as it was.
 * @throws PerchError `corrupt-file`, `lock-timeout`, `not-writable`, `disk-full`, `unsafe-folder`
 */
export async function changeChoices(
  paths: PerchPaths,
  change: (choices: ProfileChoices) => ProfileChoices,
): Promise<{ readonly before: ProfileChoices; readonly after: ProfileChoices }> {
  preparePerchFolders(paths)
  using _lock = await waitForFileLock(join(paths.state, 'locks', 'choices.lock'), {
    timeoutMs: LOCK_TIMEOUT_MS,
    what: 'the file of folder rules',
  })
  const path = choicesPath(paths)
  const table = readTable(path) ?? {}
  const before = choicesIn(table, path)
  const after = change(before)
  if (after !== before) writeJsonAtomic(path, { schema: SCHEMA, ...table, ...after }, { durable: true })
  return { before, after }
}

function readTable(path: string): Table | undefined {
  const value = readJsonIfPresent(path)
  if (value === undefined) return undefined
  if (!isTable(value)) throw corrupt(path, 'must hold one JSON object')
  return value
}

function choicesIn({ defaultProfile = null, folderRules = {} }: Table, path: string): ProfileChoices {
  if (defaultProfile !== null && typeof defaultProfile !== 'string') {
    throw corrupt(path, 'defaultProfile must be the name of a profile, or null')
  }
  if (!isTable(folderRules)) throw corrupt(path, 'folderRules must be an object of profiles by folder')
  for (const [folder, profile] of Object.entries(folderRules)) {
    if (typeof profile !== 'string') throw corrupt(path, `folderRules: ${folder} must have the name of a profile`)
    if (!isAbsolute(folder)) throw corrupt(path, `folderRules: ${folder} must be an absolute path`)
  }
  return { defaultProfile, folderRules: folderRules as Readonly<Record<string, string>> }
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function corrupt(path: string, what: string): PerchError {
  return new PerchError('corrupt-file', `${path}: ${what}`, {
    hint: 'Correct it, or move the file aside and choose again with perch use and perch map.',
  })
}
