/** A file that is only ever appended to, and was on both sides: both get the lines of both. */
import { appendFileSync, closeSync, fstatSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { mergeAppended } from '../../sync/merge-appended.js'
import { appendBytes } from './append.js'
import { hashOf, READ_FLAGS, readAll, readRange } from './content.js'
import { keyOf, type SeenFile } from './entry-pair.js'
import type { MirrorPass } from './pass.js'
import type { Performed } from './performed.js'
import type { EntryPlan } from './plan-entry.js'
import { publishBytes } from './publish.js'

/** Between its `open` and its `write` a client takes microseconds, on a busy machine milliseconds. */
const LATE_MS = 20

export async function uniteLines(pass: MirrorPass, { pair, home, runtime }: EntryPlan): Promise<Performed> {
  if (home.kind !== 'file' || runtime.kind !== 'file') return 'again'
  const [ofHome, ofRuntime] = [readAll(home), readAll(runtime)]
  if (ofHome === undefined || ofRuntime === undefined) return 'again'
  const merged = mergeAppended(ofHome, ofRuntime)
  const mtimeMs = Math.max(home.print.mtimeMs, runtime.print.mtimeMs)
  // What is merged begins with what the home has: its file is not replaced under a client that appends to it.
  const inHome = appendBytes(merged.subarray(ofHome.byteLength), home, mtimeMs)
  if (inHome === undefined) return 'again'
  pass.context.journal.write({ what: 'merged', name: keyOf(pair), from: runtime.path, to: home.path, why: 'lines of both' })
  // All of the runtime's lines are in the home now: until the runtime has the others, its content is the base.
  const base = { kind: 'file', hash: hashOf(ofRuntime), home: null, runtime: runtime.print } as const
  pass.index.set(pair.folder, pair.name, base)
  if (pass.purpose === 'drain') return 'done'
  const isReplaced = await replaceWithLateLines(merged, mtimeMs, runtime, home.print.mode)
  // What is in the two now is found by reading them: a late line makes them differ again.
  if (isReplaced) pass.index.set(pair.folder, pair.name, { kind: 'file', hash: hashOf(merged), home: inHome, runtime: null })
  return isReplaced ? 'done' : 'again'
}

/** A client that had opened the old file just before writes into it after it was replaced: that line is brought after. */
async function replaceWithLateLines(merged: Uint8Array, mtimeMs: number, file: SeenFile, mode: number): Promise<boolean> {
  const old = openSync(file.path, READ_FLAGS)
  try {
    const published = publishBytes(merged, mtimeMs, { path: file.path, expected: file, mode })
    if (published === undefined) return false
    await sleep(LATE_MS)
    const late = fstatSync(old).size - file.print.size
    if (late > 0) appendFileSync(file.path, readRange(old, file.print.size, late))
    return true
  } finally {
    closeSync(old)
  }
}
