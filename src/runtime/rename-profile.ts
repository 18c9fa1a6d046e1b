/**
 * Gives a profile another name. Its folder moves in one step, with the login, the private state and all notes in it; what lies
 * elsewhere under the old name follows, and is completed by the next daemon where this one was killed in between. The path of
 * the runtime is another one from then on: it is never built while it stands under the old one, and a client that keys its
 * login by it (the keychain of macOS) has to be logged in again.
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join, sep } from 'node:path'
import * as v from 'valibot'
import { ensureFolder, readJsonUnlessCorrupt, writeError, writeJsonAtomic } from '../platform/files/atomic-file.js'
import { namesIn } from '../platform/files/names-in.js'
import type { PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { requireChangeable } from '../profiles/change-profile.js'
import { choicesNaming, withRenamedProfile } from '../profiles/choices.js'
import { changeChoices, readChoices } from '../profiles/choices-file.js'
import { conflictsFolder, profileFolders } from '../profiles/profile-definition.js'
import { withProfileLock } from '../profiles/profile-lock.js'
import { checkNewProfileName } from '../profiles/profile-name.js'
import { refuseWhileUsed } from '../profiles/remove-profile.js'
import { profileNotFound, storedNames } from '../profiles/store.js'
import { keptRecordIds, readKeptRecord, writeKeptRecord } from './conflicts/kept-record.js'
import { reached } from './runtime-step.js'
import { moveEntry } from './tree/move-entry.js'

/** In the profile's folder from before it moves until all has followed. */
const Note = v.looseObject({ from: v.string(), to: v.string() })

/**
 * Renames a profile. The caller ends its sessions and takes its runtime down before (`collectDeadLeases`): a profile with a
 * live lease, or whose runtime still stands, is refused.
 * @throws PerchError `bad-name`, `profile-not-found`, `profile-exists`, `profile-in-use`, `lock-timeout`, `not-writable`, `disk-full`
 */
export async function renameProfile(paths: PerchPaths, from: string, to: string): Promise<void> {
  requireChangeable(from)
  checkNewProfileName(to)
  const [old, renamed] = [profileFolders(paths, from), profileFolders(paths, to)]
  await withBothLocks(paths, from, to, async () => {
    if (!existsSync(old.root)) throw profileNotFound(paths, from)
    if (existsSync(renamed.root)) {
      throw new PerchError('profile-exists', `there is already a profile ${to}`, {
        hint: `See it with: perch profile show ${to}`,
      })
    }
    refuseWhileUsed(from, old)
    // Said before anything is renamed, where the file cannot be read.
    readChoices(paths)
    writeJsonAtomic(notePath(paths, from), { from, to }, { durable: true })
    reached('rename-noted')
    try {
      renameSync(old.root, renamed.root)
    } catch (error) {
      throw writeError(renamed.root, error)
    }
    reached('rename-moved')
    await follow(paths, to)
  })
}

/** Completes the renames of whoever was killed in the middle of one. */
export async function finishRenames(paths: PerchPaths): Promise<void> {
  for (const name of storedNames(paths)) {
    if (existsSync(notePath(paths, name))) await withProfileLock(paths, name, async () => await follow(paths, name))
  }
}

/** Everything that goes by the name of the profile outside its folder, and the paths within that name the folder. Doing it again is as good. */
async function follow(paths: PerchPaths, name: string): Promise<void> {
  const parsed = v.safeParse(Note, readJsonUnlessCorrupt(notePath(paths, name)))
  // Of another name: whoever wrote it died before the folder moved, and the profile still has its old name.
  if (parsed.success && parsed.output.to === name) {
    const { from } = parsed.output
    moveKept(conflictsFolder(paths, from), conflictsFolder(paths, name))
    reached('rename-kept-moved')
    correctKeptRecords(paths, from, name)
    reached('rename-corrected')
    await followChoices(paths, from, name)
    reached('rename-chosen')
  }
  rmSync(notePath(paths, name), { force: true })
}

/** The default and the rules of folders that name it. */
async function followChoices(paths: PerchPaths, from: string, name: string): Promise<void> {
  const { isDefault, folders } = choicesNaming(readChoices(paths), from)
  if (isDefault || folders.length > 0) await changeChoices(paths, (choices) => withRenamedProfile(choices, from, name))
}

/** One by one: a removed profile of that name may have left some there. */
function moveKept(from: string, to: string): void {
  if (!existsSync(from)) return
  ensureFolder(to)
  for (const name of namesIn(from)) {
    if (!existsSync(join(to, name))) moveEntry(join(from, name), join(to, name))
  }
  if (namesIn(from).length === 0) rmSync(from, { recursive: true })
}

/** What was kept of the profile's own files belongs back into them, where they are now. */
function correctKeptRecords(paths: PerchPaths, from: string, name: string): void {
  const [old, now] = [from, name].map((one) => `${profileFolders(paths, one).root}${sep}`)
  for (const id of keptRecordIds(paths, name)) {
    const record = readKeptRecord(paths, name, id)
    if (old === undefined || now === undefined || !record?.target?.startsWith(old)) continue
    writeKeptRecord(paths, name, id, { ...record, target: `${now}${record.target.slice(old.length)}` })
  }
}

/** Always in the same order, so that two renames never wait for each other. */
async function withBothLocks(paths: PerchPaths, from: string, to: string, action: () => Promise<void>): Promise<void> {
  const [first = from, second = to] = [from, to].sort()
  await withProfileLock(paths, first, () => (first === second ? action() : withProfileLock(paths, second, action)))
}

function notePath(paths: PerchPaths, name: string): string {
  return join(profileFolders(paths, name).root, 'renamed.json')
}
