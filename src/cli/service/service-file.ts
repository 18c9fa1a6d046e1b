/** The file of a service: written and removed with the folders that had to be made for it, and never one that is not perch's. */
import { mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { readFileIfPresent, writeError, writeFileAtomic } from '../../platform/files/atomic-file.js'
import { removeEmptyFolder } from '../../platform/files/remove-empty-folder.js'
import { PerchError } from '../../platform/perch-error.js'
import type { ServiceDefinition } from './service-definition.js'

export type StoredService =
  | { readonly kind: 'none' }
  | { readonly kind: 'stored'; readonly text: string; readonly madeFolder: string | null }

/** @throws PerchError `file-exists` when somebody else wrote it */
export function readServiceFile({ path, madeFolderOf }: ServiceDefinition): StoredService {
  const text = readFileIfPresent(path)?.toString('utf8')
  if (text === undefined) return { kind: 'none' }
  const madeFolder = madeFolderOf(text)
  if (madeFolder !== undefined) return { kind: 'stored', text, madeFolder }
  throw new PerchError('file-exists', `${path} was not written by perch`, { hint: 'Move it away and try again.' })
}

/** Whether anything had to be written. @throws PerchError `file-exists`, `not-writable`, `disk-full` */
export function writeServiceFile(service: ServiceDefinition): boolean {
  const stored = readServiceFile(service)
  if (stored.kind === 'stored' && stored.text === service.text(stored.madeFolder)) return false
  writeFileAtomic(service.path, service.text(stored.kind === 'stored' ? stored.madeFolder : makeFolder(service.path)), {
    mode: 0o644,
  })
  return true
}

/** Removes the file, and then of its folders those that perch made and nobody else uses. */
export function removeServiceFile(service: ServiceDefinition, { madeFolder }: { readonly madeFolder: string | null }): void {
  try {
    rmSync(service.path, { force: true })
  } catch (error) {
    throw writeError(service.path, error)
  }
  if (madeFolder === null) return
  for (let folder = dirname(service.path); folder.startsWith(madeFolder); folder = dirname(folder)) {
    if (!removeEmptyFolder(folder)) return
  }
}

/** The first of its folders that was not there. */
function makeFolder(path: string): string | null {
  try {
    return mkdirSync(dirname(path), { recursive: true, mode: 0o755 }) ?? null
  } catch (error) {
    throw writeError(path, error)
  }
}
