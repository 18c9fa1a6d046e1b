/** Where the log of an embedded session lies on the disk, if it does, and what goes when the session is closed. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { LOG_FOLDER } from '../host/log/segment-format.js'
import { ensureFolder, writeError } from '../platform/files/atomic-file.js'
import { PerchError } from '../platform/perch-error.js'
import { atOwnerExit } from './owner-exit.js'
import type { LogPlace } from './session-options.js'

/** What a session of the daemon keeps by default, so that a program behaves the same in both. */
const MEMORY_BYTES = 1024 * 1024
const LIMIT_BYTES = 64 * 1024 * 1024

export interface OpenLogPlace {
  /** Null for a log in memory. */
  readonly folder: string | null
  readonly logBytes: number
  readonly memoryBytes: number
  /** Removes the folder if it is a temporary one. Doing it again does nothing. */
  remove(): void
}

/**
 * Makes the folder that the log is to lie in.
 * @throws PerchError `bad-request` when it holds a log already, `not-writable`, `disk-full`
 */
export function openLogPlace(place: LogPlace = { in: 'memory' }): OpenLogPlace {
  const limits = { logBytes: LIMIT_BYTES, memoryBytes: place.memoryBytes ?? MEMORY_BYTES }
  const keep = () => undefined
  switch (place.in) {
    case 'memory':
      return { ...limits, folder: null, remove: keep }
    case 'folder':
      return { ...limits, logBytes: place.limitBytes ?? LIMIT_BYTES, folder: ownFolder(resolve(place.folder)), remove: keep }
    case 'temporary-folder': {
      const folder = temporaryFolder()
      const removeFolder = () => rmSync(folder, { recursive: true, force: true })
      const forget = atOwnerExit(removeFolder)
      const remove = () => {
        forget()
        removeFolder()
      }
      return { ...limits, logBytes: place.limitBytes ?? LIMIT_BYTES, folder, remove }
    }
  }
}

function ownFolder(folder: string): string {
  ensureFolder(folder)
  if (!existsSync(join(folder, LOG_FOLDER))) return folder
  throw new PerchError('bad-request', `${folder} holds the log of another session already`, {
    hint: 'Give each session a folder of its own.',
  })
}

function temporaryFolder(): string {
  const pattern = join(tmpdir(), 'perch-session-')
  try {
    return mkdtempSync(pattern)
  } catch (error) {
    throw writeError(pattern, error)
  }
}
