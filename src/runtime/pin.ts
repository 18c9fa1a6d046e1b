/**
 * The mark of a runtime whose path was handed out for good: `perch env` printed it, and a shell, an editor or a start file
 * may hold it without any process that shows so. Such a runtime stands until the mark is taken away.
 */
import { existsSync, rmSync } from 'node:fs'
import { writeError, writeJsonAtomic } from '../platform/files/atomic-file.js'
import type { ProfileFolders } from '../profiles/profile-definition.js'

type PinPlace = Pick<ProfileFolders, 'pin'>

/** Whether the runtime's path was handed out. */
export function isPinned({ pin }: PinPlace): boolean {
  return existsSync(pin)
}

/** Under the profile's lock, before the path is handed out. @throws PerchError `not-writable`, `disk-full` */
export function pinRuntime({ pin }: PinPlace): void {
  if (!existsSync(pin)) writeJsonAtomic(pin, { since: new Date().toISOString() }, { durable: true })
}

/** Whether there was a mark to take away. @throws PerchError `not-writable` */
export function unpinRuntime(place: PinPlace): boolean {
  if (!isPinned(place)) return false
  try {
    rmSync(place.pin, { force: true })
    return true
  } catch (error) {
    throw writeError(place.pin, error)
  }
}
