/**
 * What both sides of a mirror last had in common, name by name. Only a cache: without it nothing is deleted and both sides
 * are united. It lies in a bounded number of small files, each of some folders, so that a pass over one folder reads and
 * writes one of them. A file of it that cannot be read counts as missing.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureFolder, readJsonIfPresent, writeFileAtomic } from '../../../platform/files/atomic-file.js'
import { messageOf, PerchError } from '../../../platform/perch-error.js'
import type { RuntimeContext } from '../../runtime-context.js'
import { reached } from '../../runtime-step.js'
import { type BaseEntry, type Folders, parsePiece, pieceText } from './index-piece.js'
import { mirrorNotes } from './mirror-phase.js'
import type { Pace } from './pace.js'

export interface MirrorIndex {
  /** Folders are named by their path below the runtime. */
  get(folder: string, name: string): BaseEntry | undefined
  names(folder: string): Iterable<string>
  set(folder: string, name: string, entry: BaseEntry): void
  drop(folder: string, name: string): void
  /** Writes what changed. */
  save(pace: Pace): Promise<void>
}

/** Twenty thousand files make 64 pieces of some 50 KB. */
const PIECES = 64

export function openMirrorIndex(context: RuntimeContext): MirrorIndex {
  const folder = mirrorNotes(context.folders)
  const pieces = new Map<number, Folders>()
  const changed = new Set<number>()
  const pieceOf = (number: number): Folders => {
    const known = pieces.get(number)
    if (known !== undefined) return known
    const read = readPiece(context, join(folder, fileName(number)))
    pieces.set(number, read)
    return read
  }
  const entriesOf = (key: string) => pieceOf(pieceNumber(key)).get(key)
  return {
    get: (key, name) => entriesOf(key)?.get(name),
    names: (key) => entriesOf(key)?.keys() ?? [],
    set: (key, name, entry) => {
      const number = pieceNumber(key)
      const folders = pieceOf(number)
      const entries = folders.get(key) ?? new Map<string, BaseEntry>()
      folders.set(key, entries.set(name, entry))
      changed.add(number)
    },
    drop: (key, name) => {
      const entries = entriesOf(key)
      if (entries?.delete(name) !== true) return
      const number = pieceNumber(key)
      if (entries.size === 0) pieceOf(number).delete(key)
      changed.add(number)
    },
    save: async (pace) => {
      if (changed.size === 0) return
      ensureFolder(folder)
      for (const number of changed) {
        if (pace.isDue()) await pace.rest()
        writeFileAtomic(join(folder, fileName(number)), pieceText(pieceOf(number)))
      }
      changed.clear()
      reached('mirror-indexed')
    },
  }
}

/** For a tree that is built anew, and after one was removed. */
export function removeMirrorIndex(context: RuntimeContext): void {
  rmSync(mirrorNotes(context.folders), { recursive: true, force: true })
}

function fileName(piece: number): string {
  return `${piece.toString(16).padStart(2, '0')}.json`
}

/** FNV-1a: spreads folder names evenly, and no more is asked of it. */
function pieceNumber(key: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % PIECES
}

function readPiece(context: RuntimeContext, path: string): Folders {
  try {
    const piece = parsePiece(readJsonIfPresent(path) ?? [])
    if (piece !== undefined) return piece
    context.journal.write({ what: 'not-merged', name: 'tree index', from: path, why: 'it is not one of this version' })
  } catch (error) {
    if (!(error instanceof PerchError && error.code === 'corrupt-file')) throw error
    context.journal.write({ what: 'not-merged', name: 'tree index', from: path, why: messageOf(error) })
  }
  return new Map()
}
