/** Letting go of a thing that was kept aside. */
import { rmSync } from 'node:fs'
import { basename } from 'node:path'
import { writeError } from '../../platform/files/atomic-file.js'
import type { PerchPaths } from '../../platform/paths.js'
import { parseKeptName } from './kept-name.js'
import { dropKeptRecord } from './kept-record.js'

/** Removes what is kept at `path`, and then its record. @throws PerchError `not-writable` */
export function dropKept(paths: PerchPaths, profile: string, path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch (error) {
    throw writeError(path, error)
  }
  const id = keptIdOf(path)
  if (id !== null) dropKeptRecord(paths, profile, id)
}

/** The id of the thing that is kept at `path`; null for whatever else lies among them. */
export function keptIdOf(path: string): string | null {
  return parseKeptName(basename(path))?.id ?? null
}
