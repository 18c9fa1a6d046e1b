/**
 * The usage of a profile follows its name. What is about to happen is noted before the profile's folder is touched, and done
 * after: whoever finds the note later sees by the folders whether it happened.
 */
import { type Database, inTransaction } from './database.js'

/** What the usage of a removed profile goes by: no profile can have such a name, so a new one does not inherit it. */
export function removedName(profile: string): string {
  return `${profile}${REMOVED}`
}

/** Whether usage is that of a profile that was removed. */
export function isRemovedName(profile: string): boolean {
  return profile.endsWith(REMOVED)
}

const REMOVED = ' (removed)'

/** `to` is null for a removal. */
export function noteProfileChange(database: Database, profile: string, to: string | null): void {
  database.prepare('INSERT INTO profile_changes VALUES (?, ?) ON CONFLICT DO UPDATE SET to_profile = ?').run(profile, to, to)
}

/** Does what was noted for profiles that are gone, and forgets what did not happen. */
export function settleProfileChanges(database: Database, exists: (profile: string) => boolean): void {
  const changes = database.prepare('SELECT profile, to_profile FROM profile_changes').all()
  if (changes.length === 0) return
  inTransaction(database, () => {
    for (const { profile, to_profile } of changes) {
      const from = String(profile)
      if (!exists(from)) moveUsage(database, from, typeof to_profile === 'string' ? to_profile : null)
      database.prepare('DELETE FROM profile_changes WHERE profile = ?').run(from)
    }
  })
}

/** What is left of an account's allowances is of no interest once the profile is gone; a profile of that name had others. */
function moveUsage(database: Database, from: string, to: string | null): void {
  database.prepare('UPDATE sources SET profile = ? WHERE profile = ?').run(to ?? removedName(from), from)
  for (const table of ['windows', 'warnings']) {
    database.prepare(`DELETE FROM ${table} WHERE profile = ?`).run(to ?? from)
    if (to !== null) database.prepare(`UPDATE ${table} SET profile = ? WHERE profile = ?`).run(to, from)
  }
}
