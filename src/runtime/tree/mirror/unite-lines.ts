/** A file that is only ever appended to, and was on both sides: both get the lines of both. */
import { mergeAppended } from '../../sync/merge-appended.js'
import { hashOf, readAll } from './content.js'
import { keyOf } from './entry-pair.js'
import type { MirrorPass } from './pass.js'
import type { Performed } from './performed.js'
import type { EntryPlan } from './plan-entry.js'
import { publishBytes } from './publish.js'

export async function uniteLines(pass: MirrorPass, { pair, home, runtime }: EntryPlan): Promise<Performed> {
  if (home.kind !== 'file' || runtime.kind !== 'file') return 'again'
  const [ofHome, ofRuntime] = [readAll(home), readAll(runtime)]
  if (ofHome === undefined || ofRuntime === undefined) return 'again'
  const merged = mergeAppended(ofHome, ofRuntime)
  const mtimeMs = Math.max(home.print.mtimeMs, runtime.print.mtimeMs)
  const inHome = publishBytes(merged, mtimeMs, { path: home.path, expected: home, mode: home.print.mode })
  if (inHome === undefined) return 'again'
  pass.context.journal.write({ what: 'merged', name: keyOf(pair), from: runtime.path, to: home.path, why: 'lines of both' })
  // All of the runtime's lines are in the home now: until the runtime has the others, its content is the base.
  const base = { kind: 'file', hash: hashOf(ofRuntime), home: null, runtime: runtime.print } as const
  pass.index.set(pair.folder, pair.name, base)
  if (pass.purpose === 'drain') return 'done'
  const target = { path: runtime.path, expected: runtime, mode: home.print.mode }
  const inRuntime = publishBytes(merged, mtimeMs, target)
  if (inRuntime === undefined) return 'again'
  pass.index.set(pair.folder, pair.name, { kind: 'file', hash: inHome.hash, home: inHome.print, runtime: inRuntime.print })
  return 'done'
}
