/**
 * The folders and files that every build needs on the other side of its links: nothing that a client makes on a fresh
 * machine may start life inside a runtime.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeError } from '../../platform/files/atomic-file.js'
import { errnoOf, PerchError } from '../../platform/perch-error.js'
import type { RuntimeContext } from '../runtime-context.js'

/** Makes those that are missing, shared ones in the shared home and private ones in the profile's state. */
export function makeKnownEntries(context: RuntimeContext): void {
  const { entries } = context.relocation
  const config = context.layers[0]
  const isShared = (name: string) => config?.classOf(name) === 'shared'
  const folders = [...entries.sharedFolders, ...entries.privateFolders]
  for (const name of folders) if (!isShared(name)) makeFolder(join(context.folders.state, name))
  makeShared(context, () => {
    for (const name of folders) if (isShared(name)) makeFolder(join(context.sharedHome, name))
    for (const name of entries.sharedFiles) if (isShared(name)) makeFile(join(context.sharedHome, name))
  })
}

/** A shared home that may only be read (a mount, another owner) still serves: what a session makes anew then waits in the runtime. */
function makeShared(context: RuntimeContext, make: () => void): void {
  try {
    make()
  } catch (error) {
    if (!(error instanceof PerchError && error.code === 'not-writable')) throw error
    context.notices.push(`${error.message}: what sessions add to the shared home stays with the profile until it can be.`)
  }
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
