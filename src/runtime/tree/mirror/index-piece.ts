/** One file of a mirror's index: what is noted of a name, and how that is written. */
import * as v from 'valibot'
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

/** Entries by name, by the path of their folder. */
export type Folders = Map<string, Map<string, BaseEntry>>

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

/** Undefined for what is not a piece of this version. */
export function parsePiece(json: unknown): Folders | undefined {
  const parsed = v.safeParse(Piece, json)
  return parsed.success ? new Map(parsed.output.map(([key, lines]) => [key, new Map(lines.map(entryOf))])) : undefined
}

export function pieceText(folders: Folders): string {
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
