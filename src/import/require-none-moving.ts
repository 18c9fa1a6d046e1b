/** A profile whose login an interrupted import has set aside is not removed: nobody else knows where that login is. */
import { existsSync } from 'node:fs'
import type { PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { readImportNote } from './import-note.js'

/** @throws PerchError `profile-in-use` while the login lies beside its old place */
export function requireNoneMoving(paths: PerchPaths, profile: string): void {
  const moving = readImportNote(paths, profile)?.moving
  if (!moving || !existsSync(moving.aside)) return
  throw new PerchError(
    'profile-in-use',
    `the login of ${profile} is on its way from ${moving.from}: its import was interrupted`,
    {
      hint: 'Complete it first with: perch import',
    },
  )
}
