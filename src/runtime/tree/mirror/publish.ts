/**
 * Puts content into one side of the mirror: to a staging name, then by a rename, with a last look at what is being replaced. A
 * reader sees the old file or the new one, and what somebody wrote meanwhile is not overwritten.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { chmod, copyFile, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { STAGING_SUFFIX, writeError } from '../../../platform/files/atomic-file.js'
import { takePlace } from '../../../platform/files/take-place.js'
import { uniqueHex } from '../../../platform/files/unique-name.js'
import { errnoOf } from '../../../platform/perch-error.js'
import { reached } from '../../runtime-step.js'
import { isFile } from '../replace-entry.js'
import { hashOf, readAll } from './content.js'
import type { Seen, SeenFile } from './entry-pair.js'
import { isStill, lookAt } from './look.js'
import { type SidePrint, SMALL_FILE_BYTES } from './side-print.js'

/** Names of the mirror's own staging files: made under a lock, so that whoever holds it knows that any other is left over. */
const MIRROR_STAGING = `.mirror${STAGING_SUFFIX}`

export interface Published {
  readonly hash: string | null
  /** Null when somebody wrote to the new file before it could be looked at. */
  readonly print: SidePrint | null
}

export interface Target {
  readonly path: string
  /** What is there now, as it was compared. */
  readonly expected: Seen
  readonly mode: number
}

export function isMirrorStaging(name: string): boolean {
  return name.endsWith(MIRROR_STAGING)
}

/**
 * Brings the file `from` to the target.
 * @returns undefined when one of the two is not what was seen any more
 * @throws PerchError `disk-full`, `not-writable`, or the system error
 */
export async function publishFile(from: SeenFile, target: Target): Promise<Published | undefined> {
  if (from.print.size > SMALL_FILE_BYTES) return await publishLarge(from, target)
  const bytes = readAll(from)
  return bytes === undefined ? undefined : publishBytes(bytes, from.print.mtimeMs, target)
}

/** Puts these bytes there. */
export function publishBytes(bytes: Uint8Array, mtimeMs: number, target: Target): Published | undefined {
  const staging = stagingIn(target.path)
  try {
    const fd = openStaging(staging, target)
    try {
      let written = 0
      while (written < bytes.byteLength) written += writeSync(fd, bytes, written)
      if ((fstatSync(fd).mode & 0o777) !== target.mode) fchmodSync(fd, target.mode)
      futimesSync(fd, mtimeMs / 1000, mtimeMs / 1000)
    } finally {
      closeSync(fd)
    }
    const print = install(staging, target)
    return print === undefined ? undefined : { hash: hashOf(bytes), print }
  } catch (error) {
    rmSync(staging, { force: true })
    throw writeError(target.path, error)
  }
}

/** The system copies large files, and clones their blocks where it can. */
async function publishLarge(from: SeenFile, target: Target): Promise<Published | undefined> {
  const staging = stagingIn(target.path)
  try {
    makeParent(target.path)
    await copyFile(from.path, staging, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
    await chmod(staging, target.mode)
    await utimes(staging, from.print.mtimeMs / 1000, from.print.mtimeMs / 1000)
    if (!isStill(from, from.path)) {
      rmSync(staging, { force: true })
      return undefined
    }
    const print = install(staging, target)
    return print === undefined ? undefined : { hash: null, print }
  } catch (error) {
    rmSync(staging, { force: true })
    throw writeError(target.path, error)
  }
}

/** The last step. */
function install(staging: string, { path, expected }: Target): SidePrint | null | undefined {
  const staged = lstatSync(staging)
  reached('mirror-staged')
  if (!isStill(expected, path)) {
    rmSync(staging, { force: true })
    return undefined
  }
  if (expected.kind !== 'file' && expected.kind !== 'absent') renameSync(staging, path)
  else if (!takePlace(staging, path, expected.kind === 'file' ? isFile(expected.print) : null)) return undefined
  reached('mirror-published')
  const now = lookAt(path)
  if (now.kind !== 'file') return null
  const isOurs = now.print.ino === staged.ino && now.print.size === staged.size && now.print.mtimeMs === staged.mtimeMs
  return isOurs ? now.print : null
}

function openStaging(staging: string, { path, mode }: Target): number {
  try {
    return openSync(staging, 'wx', mode)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    makeParent(path)
    return openSync(staging, 'wx', mode)
  }
}

function makeParent(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
}

function stagingIn(path: string): string {
  return join(dirname(path), `.${uniqueHex(12)}${MIRROR_STAGING}`)
}
