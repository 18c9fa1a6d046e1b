/**
 * The folders and files that every build needs on the other side of its links: nothing that a client makes on a fresh
 * machine may start life inside a runtime.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeError } from '../platform/atomic-file.js'
import { errnoOf } from '../platform/perch-error.js'
import type { RuntimeContext } from './runtime-context.js'

/** Makes those that are missing, shared ones in the shared home and private ones in the profile's state. */
export function makeKnownEntries(context: RuntimeContext): void {
  const { entries } = context.relocation
  const config = context.layers[0]
  const classOf = (name: string) => config?.classOf(name)
  for (const name of [...entries.sharedFolders, ...entries.privateFolders]) {
    const home = classOf(name) === 'shared' ? context.sharedHome : context.folders.state
    makeFolder(join(home, name))
  }
  for (const name of entries.sharedFiles) if (classOf(name) === 'shared') makeFile(join(context.sharedHome, name))
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    // Already there, as whatever the person made it: a link, or even a file.
    if (errnoOf(error) !== 'EEXIST') throw writeError(path, error)
  }
}

function makeFile(path: string): void {
  try {
    writeFileSync(path, '', { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw writeError(path, error)
  }
}
