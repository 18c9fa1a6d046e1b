/**
 * What both sides of a mirror last had in common, name by name. Only a cache: without it nothing is deleted and both sides
 * are united. It lies in a bounded number of small files, each of some folders, so that a pass over one folder reads and
 * writes one of them. A file of it that cannot be read counts as missing.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { ensureFolder, readJsonIfPresent, writeFileAtomic } from '../../../platform/files/atomic-file.js'
import { messageOf, PerchError } from '../../../platform/perch-error.js'
import type { RuntimeContext } from '../../runtime-context.js'
import { reached } from '../../runtime-step.js'
import type { Pace } from './pace.js'
import type { SidePrint } from './side-print.js'

export interface FileBase {
  readonly kind: 'file'
  /** Null for a large file that was never read. */
  readonly hash: string | null
  /** What the side looked like with this content; null when that is not known. */
  readonly home: SidePrint | null
  readonly runtime: SidePrint | null
}

export type BaseEntry = FileBase | { readonly kind: 'folder' } | { readonly kind: 'link'; readonly text: string }

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

const Print = v.tuple([v.number(), v.number(), v.number(), v.number(), v.number(), v.number()])
const Line = v.object({
  name: v.string(),
  kind: v.picklist(['file', 'folder', 'link']),
  hash: v.optional(v.nullable(v.string())),
  home: v.optional(v.nullable(Print)),
  runtime: v.optional(v.nullable(Print)),
  text: v.optional(v.string()),
})
type Line = v.InferOutput<typeof Line>
/** Arrays, not objects: a file may be called `__proto__`. */
const Piece = v.array(v.tuple([v.string(), v.array(Line)]))

type Folders = Map<string, Map<string, BaseEntry>>

export function openMirrorIndex(context: RuntimeContext): MirrorIndex {
  const folder = indexFolder(context)
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
  rmSync(indexFolder(context), { recursive: true, force: true })
}

function indexFolder(context: RuntimeContext): string {
  return join(context.folders.sync, 'tree')
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
    const parsed = v.safeParse(Piece, readJsonIfPresent(path) ?? [])
    if (parsed.success) return new Map(parsed.output.map(([key, lines]) => [key, new Map(lines.map(entryOf))]))
    context.journal.write({ what: 'not-merged', name: 'tree index', from: path, why: 'it is not one of this version' })
  } catch (error) {
    if (!(error instanceof PerchError && error.code === 'corrupt-file')) throw error
    context.journal.write({ what: 'not-merged', name: 'tree index', from: path, why: messageOf(error) })
  }
  return new Map()
}

function pieceText(folders: Folders): string {
  return JSON.stringify([...folders].map(([key, entries]) => [key, [...entries].map(lineOf)]))
}

function entryOf(line: Line): [string, BaseEntry] {
  if (line.kind === 'folder') return [line.name, { kind: 'folder' }]
  if (line.kind === 'link') return [line.name, { kind: 'link', text: line.text ?? '' }]
  const { hash = null, home = null, runtime = null } = line
  return [line.name, { kind: 'file', hash, home: home && printOf(home), runtime: runtime && printOf(runtime) }]
}

function lineOf([name, entry]: [string, BaseEntry]): Line {
  if (entry.kind !== 'file') return { name, ...entry }
  return { name, kind: 'file', hash: entry.hash, home: tupleOf(entry.home), runtime: tupleOf(entry.runtime) }
}

function tupleOf(print: SidePrint | null): v.InferOutput<typeof Print> | null {
  return print && [print.size, print.mtimeMs, print.ino, print.ctimeMs, print.mode, print.isRacy ? 1 : 0]
}

function printOf([size, mtimeMs, ino, ctimeMs, mode, isRacy]: v.InferOutput<typeof Print>): SidePrint {
  return { size, mtimeMs, ino, ctimeMs, mode, isRacy: isRacy === 1 }
}
