/**
 * Where the loser of a conflict goes: `<state>/conflicts/<profile>/`, newest last by name, 0600. Nothing is thrown away at
 * the moment of the conflict; the folder has a cap so that it cannot grow for ever. The record of a thing is written before
 * the thing is there, so that nothing is ever kept of which nobody knows where it belongs.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, constants, copyFileSync, lstatSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ensureFolder, writeError, writeFileAtomic } from '../../platform/files/atomic-file.js'
import { namesIn } from '../../platform/files/names-in.js'
import type { PerchPaths } from '../../platform/paths.js'
import { conflictsFolder } from '../../profiles/profile-definition.js'
import { dropKept, keptIdOf } from '../conflicts/drop-kept.js'
import { keptNameText } from '../conflicts/kept-name.js'
import { dropKeptRecord, type KeptPlace, keptRecordIds, writeKeptRecord } from '../conflicts/kept-record.js'
import { listKept } from '../conflicts/list-kept.js'
import { keptTooMuch } from '../conflicts/make-room.js'
import type { Journal } from '../journal.js'
import { moveEntry } from './move-entry.js'

/** More conflicts than a person will ever look through. */
export const KEPT_ASIDE_LIMIT = 200

/** For whom something is kept, and who is told of it; every `RuntimeContext` is one. */
export interface Keeper {
  readonly request: { readonly paths: PerchPaths; readonly profile: { readonly name: string } }
  readonly journal: Journal
  readonly notices: string[]
  /** The path of a kept thing that must not make room for another: it is just being put back. */
  readonly spared?: string
}

/** Moves a file or folder aside. With `belongs` a person may decide to have it back. */
export function moveAside(keeper: Keeper, path: string, why: string, belongs?: KeptPlace): string {
  const isFolder = lstatSync(path).isDirectory()
  return keep(keeper, { name: basename(path), from: path, why, belongs, isFolder }, (kept) => {
    moveEntry(path, kept)
    if (lstatSync(kept).isFile()) chmodSync(kept, 0o600)
  })
}

/** Keeps a copy of a file aside that is about to be replaced. With `belongs` a person may decide to have it back. */
export function copyAside(keeper: Keeper, path: string, why: string, belongs?: KeptPlace): string {
  return keep(keeper, { name: basename(path), from: path, why, belongs }, (kept) => {
    copyFileSync(path, kept, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
    chmodSync(kept, 0o600)
  })
}

/**
 * Keeps bytes aside that have no file of their own. With `belongs` a person may decide to have them back. What is kept already
 * is not kept once more: a conflict whose other side cannot be written comes up again at every look, and would push out others.
 */
export function keepBytesAside(
  keeper: Keeper,
  name: string,
  bytes: string | Uint8Array,
  why: string,
  belongs?: KeptPlace,
): string {
  const same = belongs?.isDecided ? undefined : alreadyKept(keeper, name, bytes, belongs?.target ?? null)
  if (same !== undefined) return same
  return keep(keeper, { name, why, belongs }, (kept) => writeFileAtomic(kept, bytes, { durable: true }))
}

interface Note {
  readonly name: string
  readonly why: string
  readonly from?: string
  readonly belongs: KeptPlace | undefined
  readonly isFolder?: boolean
}

function keep(keeper: Keeper, { name, why, from, belongs, isFolder = false }: Note, put: (path: string) => void): string {
  const { paths, profile } = keeper.request
  const folder = conflictsFolder(paths, profile.name)
  ensureFolder(folder)
  makeRoom(keeper, folder)
  const [id, at] = [unusedId(keeper, folder), new Date()]
  const path = join(folder, keptNameText({ id, at, name }))
  const { target = null, kind = 'file', isDecided } = belongs ?? {}
  const record = { kind: isFolder ? 'folder' : kind, target, name, why, at: at.toISOString() } as const
  writeKeptRecord(paths, profile.name, id, isDecided ? { ...record, isDecided } : record)
  try {
    put(path)
  } catch (error) {
    dropKeptRecord(paths, profile.name, id)
    throw writeError(path, error)
  }
  keeper.journal.write({ what: 'kept-aside', name, ...(from === undefined ? {} : { from }), to: path, why })
  keeper.notices.push(`${name}: ${why}; the other copy is kept as ${path}`)
  return path
}

function alreadyKept({ request }: Keeper, name: string, bytes: string | Uint8Array, target: string | null): string | undefined {
  const content = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  return listKept(request.paths, request.profile.name)
    .filter((thing) => thing.state !== 'decided' && thing.name === name && thing.target === target)
    .flatMap(({ path, bytes: size }) => (path !== null && size === content.length ? [path] : []))
    .find((path) => readFileSync(path).equals(content))
}

/** The listing reads every record, which only a full folder is worth. */
function makeRoom(keeper: Keeper, folder: string): void {
  const names = namesIn(folder)
  if (names.length < KEPT_ASIDE_LIMIT) return
  const { paths, profile } = keeper.request
  const open = new Set(listKept(paths, profile.name).flatMap(({ state, path }) => (state === 'open' ? [path] : [])))
  const kept = [...names].sort().map((name) => ({ path: join(folder, name), isOpen: open.has(join(folder, name)) }))
  for (const path of keptTooMuch(kept, KEPT_ASIDE_LIMIT, keeper.spared)) dropKept(paths, profile.name, path)
}

/** Of six digits, so that a person can type them: not so many that two could not be alike. */
function unusedId({ request: { paths, profile } }: Keeper, folder: string): string {
  const used = new Set([...namesIn(folder).map(keptIdOf), ...keptRecordIds(paths, profile.name)])
  for (;;) {
    const id = randomBytes(3).toString('hex')
    if (!used.has(id)) return id
  }
}
