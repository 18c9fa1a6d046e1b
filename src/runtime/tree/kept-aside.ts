/**
 * Where the loser of a conflict goes: `<state>/conflicts/<profile>/`, newest last by name, 0600. Nothing is thrown away at
 * the moment of the conflict; the folder has a cap so that it cannot grow for ever.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, constants, copyFileSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ensureFolder, writeFileAtomic } from '../../platform/files/atomic-file.js'
import type { PerchPaths } from '../../platform/paths.js'
import { conflictsFolder } from '../../profiles/profile-definition.js'
import type { Journal } from '../journal.js'
import { moveEntry } from './move-entry.js'

/** More conflicts than a person will ever look through. */
export const KEPT_ASIDE_LIMIT = 200

/** A name may have 255 bytes on the usual file systems; the stamp before it takes 32. */
const KEPT_NAME_LIMIT_BYTES = 200

/** For whom something is kept, and who is told of it; every `RuntimeContext` is one. */
export interface Keeper {
  readonly request: { readonly paths: PerchPaths; readonly profile: { readonly name: string } }
  readonly journal: Journal
  readonly notices: string[]
}

/** Moves a file or folder aside. */
export function moveAside(keeper: Keeper, path: string, why: string): string {
  const target = placeFor(keeper, basename(path))
  moveEntry(path, target)
  if (lstatSync(target).isFile()) chmodSync(target, 0o600)
  note(keeper, basename(path), path, target, why)
  return target
}

/** Keeps a copy of a file aside that is about to be replaced. */
export function copyAside(keeper: Keeper, path: string, why: string): string {
  const target = placeFor(keeper, basename(path))
  copyFileSync(path, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
  chmodSync(target, 0o600)
  note(keeper, basename(path), path, target, why)
  return target
}

/** Keeps bytes aside that have no file of their own. */
export function keepBytesAside(keeper: Keeper, name: string, bytes: string | Uint8Array, why: string): string {
  const target = placeFor(keeper, name)
  writeFileAtomic(target, bytes, { durable: true })
  note(keeper, name, undefined, target, why)
  return target
}

function placeFor(keeper: Keeper, name: string): string {
  const folder = conflictsFolder(keeper.request.paths, keeper.request.profile.name)
  ensureFolder(folder)
  dropOldest(folder)
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  return join(folder, `${stamp}-${randomBytes(3).toString('hex')}-${shortened(name)}`)
}

/** The name with which the stamp before it is still a name; its end tells the kind of file. */
function shortened(name: string): string {
  const bytes = Buffer.from(name)
  if (bytes.length <= KEPT_NAME_LIMIT_BYTES) return name
  // Cut in the middle of a character, the rest of it becomes a replacement character, which is longer: hence the half.
  return bytes.subarray(-KEPT_NAME_LIMIT_BYTES / 2).toString('utf8')
}

function note(keeper: Keeper, name: string, from: string | undefined, to: string, why: string): void {
  keeper.journal.write({ what: 'kept-aside', name, ...(from === undefined ? {} : { from }), to, why })
  keeper.notices.push(`${name}: ${why}; the other copy is kept as ${to}`)
}

function dropOldest(folder: string): void {
  const names = readdirSync(folder).sort()
  for (const name of names.slice(0, Math.max(0, names.length - KEPT_ASIDE_LIMIT + 1))) {
    rmSync(join(folder, name), { recursive: true, force: true })
  }
}
