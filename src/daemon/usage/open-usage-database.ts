/**
 * Opens the usage database, checked and up to date. A damaged file is set aside, never deleted and never written to again, and
 * a new one takes its place: usage is worth less than a daemon that works.
 */
import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs'
import { writeError } from '../../platform/files/atomic-file.js'
import { type Database, isDamage, openDatabase, usageUnavailable } from './database.js'
import { migrate } from './schema.js'

/** What SQLite keeps beside a database; a new one must not find those of another. */
const COMPANIONS = ['', '-wal', '-shm'] as const

/**
 * `onDamage` is told before a damaged file is set aside.
 * @throws PerchError `usage-unavailable`
 */
export function openUsageDatabase(path: string, onDamage: (error: unknown) => void): Database {
  try {
    try {
      return openChecked(path)
    } catch (error) {
      if (!isDamage(error)) throw error
      onDamage(error)
      setAside(path)
      return openChecked(path)
    }
  } catch (error) {
    throw usageUnavailable(path, error)
  }
}

/** Moves a damaged database away, in the place of one that was before. */
export function setAside(path: string): void {
  for (const companion of COMPANIONS) {
    rmSync(damagedPath(path) + companion, { force: true })
    if (existsSync(path + companion)) renameSync(path + companion, damagedPath(path) + companion)
  }
}

/** Where a damaged database lies. One is kept: each may be as large as the real one. */
export function damagedPath(path: string): string {
  return `${path}.damaged`
}

function openChecked(path: string): Database {
  // Made here, since the library gives it the mode that the umask leaves, and tells no errno.
  try {
    closeSync(openSync(path, 'a', 0o600))
  } catch (error) {
    throw writeError(path, error)
  }
  const database = openDatabase(path)
  try {
    database.exec('PRAGMA journal_mode = WAL')
    // A power cut may take the last transactions, each whole; what they took over is then taken over again.
    database.exec('PRAGMA synchronous = NORMAL')
    const problem = database.prepare('PRAGMA quick_check(1)').get()?.quick_check
    if (problem !== 'ok') throw Object.assign(new Error(`the check says: ${problem}`), { code: 'SQLITE_CORRUPT' })
    migrate(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
