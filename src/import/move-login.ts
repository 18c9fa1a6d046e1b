/**
 * Moves a login from where it lay into its profile, so that at every moment it can be used in one place at most, and a kill at
 * any step loses nothing. It is noted, then set aside by a rename (from there on the source has none); the rest is
 * `complete-move.ts`, for whoever goes on from there.
 */
import { renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { agentNamed, knownAgents } from '../agents/known-agents.js'
import { writeError } from '../platform/files/atomic-file.js'
import { flushFolder } from '../platform/files/flush-folder.js'
import { uniqueHex } from '../platform/files/unique-name.js'
import { PerchError } from '../platform/perch-error.js'
import { profileFolders } from '../profiles/profile-definition.js'
import { withProfileLock } from '../profiles/profile-lock.js'
import { refuseWhileUsed } from '../profiles/remove-profile.js'
import { readProfile } from '../profiles/store.js'
import { openJournal } from '../runtime/journal.js'
import { CLIENT_LOCK_WAIT_MS, lockFolders, withClientLocks } from '../runtime/locks/client-locks.js'
import { reclaimOwnLocks } from '../runtime/locks/held-client-locks.js'
import { journalPath } from '../runtime/read-journal.js'
import { completeMove, type MoveOutcome } from './complete-move.js'
import type { FoundAccount, ImportPlace, StoredLogin } from './found-account.js'
import { requireNote, writeImportNote } from './import-note.js'
import { reached } from './import-step.js'
import { notMoved } from './not-moved.js'
import { durablePath } from './plan-login.js'
import { hasLogin } from './profile-login.js'
import { hashOf, readRawLogin } from './stored-login.js'

/**
 * Moves the account's login into the profile, which an import has made.
 * @throws PerchError `login-in-use`, `profile-in-use`, `lock-timeout`, `not-writable`, `disk-full`: then the login is where it was
 */
export async function moveLogin(place: ImportPlace, profile: string, account: FoundAccount, login: StoredLogin): Promise<void> {
  await underLocks(place, profile, account, () => {
    const durable = durablePath(place.paths, profile, account)
    const facts = account.agent.relocation?.credential
    if (facts === undefined || hasLogin(facts, durable)) throw notMoved(`the profile ${profile} has a login by now`)
    requireUnchanged(login)
    const note = requireNote(place, profile)
    const aside = join(dirname(login.path), `.moving-to-perch.${uniqueHex(12)}`)
    const moving = { from: login.path, encoding: login.encoding, aside }
    writeImportNote(place.paths, profile, { ...note, login: 'moving', moving })
    reached('import-move-noted')
    try {
      renameSync(login.path, aside)
    } catch (error) {
      writeImportNote(place.paths, profile, { ...note, login: 'left', moving: null })
      throw writeError(login.path, error)
    }
    flushFolder(dirname(aside))
    reached('import-set-aside')
    completeMove(place, profile, account)
  })
}

/**
 * Completes a move that was interrupted.
 * @throws PerchError as `moveLogin`
 */
export async function finishMove(place: ImportPlace, profile: string): Promise<MoveOutcome> {
  const { agent } = readProfile(place.paths, profile, place.env)
  const account = { agent: agentNamed(agent, knownAgents(place.paths)), lockedBy: null }
  return await underLocks(place, profile, account, () => completeMove(place, profile, account))
}

/** The lock of the profile, and those that the agent takes where it may run on this very file. */
async function underLocks<T>(
  place: ImportPlace,
  profile: string,
  { agent, lockedBy }: Pick<FoundAccount, 'agent' | 'lockedBy'>,
  action: () => T,
): Promise<T> {
  const folders = profileFolders(place.paths, profile)
  return await withProfileLock(place.paths, profile, async () => {
    refuseWhileUsed(profile, folders)
    const keeper = { folders, journal: openJournal(journalPath(folders.sync), []) }
    reclaimOwnLocks(keeper)
    const locks = lockedBy === null ? [] : lockFolders({ config: lockedBy }, agent.relocation?.credential.locks ?? [])
    try {
      const locked = await withClientLocks(keeper, locks, CLIENT_LOCK_WAIT_MS, action)
      if (locked.busy === null) return locked.value
      throw notMoved(`the agent holds ${locked.busy}`)
    } catch (error) {
      throw error instanceof PerchError ? error : writeError(lockedBy ?? folders.root, error)
    }
  })
}

/** What was looked at a moment ago is what moves. */
function requireUnchanged(login: StoredLogin): void {
  const raw = readRawLogin(login)
  if (raw.kind !== 'raw' || hashOf(raw.bytes) !== login.fileHash) throw notMoved(`${login.path} has changed just now`)
}
