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
import { keptNameText, parseKeptName } from '../conflicts/kept-name.js'
import { dropKeptRecord, type KeptPlace, writeKeptRecord } from '../conflicts/kept-record.js'
import type { Journal } from '../journal.js'
import { moveEntry } from './move-entry.js'

/** More conflicts than a person will ever look through. */
export const KEPT_ASIDE_LIMIT = 200

/** For whom something is kept, and who is told of it; every `RuntimeContext` is one. */
export interface Keeper {
  readonly request: { readonly paths: PerchPaths; readonly profile: { readonly name: string } }
  readonly journal: Journal
  readonly notices: string[]
}

/** Moves a file or folder aside. With `belongs` a person may decide to have it back. */
export function moveAside(keeper: Keeper, path: string, why: string, belongs?: KeptPlace): string {
  const place = placeFor(keeper, basename(path))
  moveEntry(path, place.path)
  if (lstatSync(place.path).isFile()) chmodSync(place.path, 0o600)
  note(keeper, place, { name: basename(path), from: path, why, belongs })
  return place.path
}

/** Keeps a copy of a file aside that is about to be replaced. With `belongs` a person may decide to have it back. */
export function copyAside(keeper: Keeper, path: string, why: string, belongs?: KeptPlace): string {
  const place = placeFor(keeper, basename(path))
  copyFileSync(path, place.path, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
  chmodSync(place.path, 0o600)
  note(keeper, place, { name: basename(path), from: path, why, belongs })
  return place.path
}

/** Keeps bytes aside that have no file of their own. With `belongs` a person may decide to have them back. */
export function keepBytesAside(
  keeper: Keeper,
  name: string,
  bytes: string | Uint8Array,
  why: string,
  belongs?: KeptPlace,
): string {
  const place = placeFor(keeper, name)
  writeFileAtomic(place.path, bytes, { durable: true })
  note(keeper, place, { name, why, belongs })
  return place.path
}

interface Place {
  readonly id: string
  readonly path: string
}

interface Note {
  readonly name: string
  readonly why: string
  readonly from?: string
  readonly belongs: KeptPlace | undefined
}

function placeFor(keeper: Keeper, name: string): Place {
  const folder = conflictsFolder(keeper.request.paths, keeper.request.profile.name)
  ensureFolder(folder)
  dropOldest(keeper, folder)
  const id = randomBytes(3).toString('hex')
  return { id, path: join(folder, keptNameText({ id, at: new Date(), name })) }
}

function note(keeper: Keeper, { id, path: to }: Place, { name, why, from, belongs }: Note): void {
  const { paths, profile } = keeper.request
  if (belongs !== undefined) writeKeptRecord(paths, profile.name, id, { ...belongs, name, why })
  keeper.journal.write({ what: 'kept-aside', name, ...(from === undefined ? {} : { from }), to, why })
  keeper.notices.push(`${name}: ${why}; the other copy is kept as ${to}`)
}

function dropOldest({ request: { paths, profile } }: Keeper, folder: string): void {
  const names = readdirSync(folder).sort()
  for (const name of names.slice(0, Math.max(0, names.length - KEPT_ASIDE_LIMIT + 1))) {
    rmSync(join(folder, name), { recursive: true, force: true })
    const id = parseKeptName(name)?.id
    if (id !== undefined) dropKeptRecord(paths, profile.name, id)
  }
}
