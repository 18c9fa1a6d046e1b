/** Moves a file or a folder, also across file systems. The target appears whole, and the source goes only after that. */
import { cpSync, lstatSync, renameSync, rmSync } from 'node:fs'
import { stagingPathFor } from '../../platform/files/atomic-file.js'
import { errnoOf } from '../../platform/perch-error.js'

/** Moves `source` to `target`, which must not exist or be a file that may be replaced. Modes and times are kept, links are not followed. */
export function moveEntry(source: string, target: string): void {
  try {
    renameSync(source, target)
  } catch (error) {
    if (errnoOf(error) !== 'EXDEV') throw error
    moveAcross(source, target)
  }
}

/** Copies to a staging name beside the target, so that the last step is a rename there. */
export function moveAcross(source: string, target: string): void {
  const staging = stagingPathFor(target)
  try {
    cpSync(source, staging, {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
      errorOnExist: true,
      force: false,
      filter: (path) => carriesData(path),
    })
    renameSync(staging, target)
  } catch (error) {
    rmSync(staging, { recursive: true, force: true })
    throw error
  }
  rmSync(source, { recursive: true, force: true })
}

/** Sockets, pipes and devices carry nothing once their process is gone, and cannot be copied. */
function carriesData(path: string): boolean {
  const stat = lstatSync(path)
  return stat.isFile() || stat.isDirectory() || stat.isSymbolicLink()
}
