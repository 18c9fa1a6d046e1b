/** What a daemon wrote down about itself, for those who look where it is not. */
import * as v from 'valibot'
import { DaemonAddress } from '../api/control.js'
import { readJsonIfPresent } from '../platform/files/atomic-file.js'
import { daemonAddressPath, type PerchPaths } from '../platform/paths.js'
import { errnoOf, PerchError } from '../platform/perch-error.js'

/** What the running daemon published about itself, if that can be read. Its process may be gone. */
export function readDaemonAddress(paths: PerchPaths): DaemonAddress | undefined {
  try {
    const parsed = v.safeParse(DaemonAddress, readJsonIfPresent(daemonAddressPath(paths)))
    return parsed.success ? parsed.output : undefined
  } catch (error) {
    // Only a hint where to look: a damaged one is written anew by the next daemon.
    if (error instanceof PerchError || errnoOf(error) !== undefined) return undefined
    throw error
  }
}
