/**
 * The folders of sessions: which there are, and how one goes. In one step it is no session's any more, then it is deleted:
 * a daemon that was killed between two files would otherwise leave a record without its exit, which is a lost session.
 */
import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeError } from '../../platform/files/atomic-file.js'
import { namesIn } from '../../platform/files/names-in.js'
import { errnoOf } from '../../platform/perch-error.js'

/** Folder names that can be sessions: 8 hexadecimal digits. Anything else in `sessions/` is not perch's, */
const SESSION_ID = /^[0-9a-f]{8}$/
/** but for what is left of removed ones. */
const REMOVED = /^[0-9a-f]{8}\.removed$/

/** The ids of the folders in `sessions/`. */
export function storedSessionIds(sessionsFolder: string): readonly string[] {
  return namesIn(sessionsFolder).filter((name) => SESSION_ID.test(name))
}

/**
 * Removes a session's folder; one that is gone already is as good. What cannot be deleted (something is mounted in it) is
 * left for `deleteRemovedFolders`.
 * @throws PerchError `not-writable`, or the system error, when the session is still there
 */
export function removeSessionFolder(folder: string): void {
  const removed = `${folder}.removed`
  try {
    renameSync(folder, removed)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return
    throw writeError(folder, error)
  }
  deleteFolder(removed)
}

/** Deletes what is left of removed sessions. Returns the folders that cannot be deleted. */
export function deleteRemovedFolders(sessionsFolder: string): readonly string[] {
  const removed = namesIn(sessionsFolder).filter((name) => REMOVED.test(name))
  return removed.map((name) => join(sessionsFolder, name)).filter((folder) => !deleteFolder(folder))
}

function deleteFolder(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true, force: true })
    return true
  } catch {
    return false
  }
}
