/**
 * What the last build put into a runtime: so that a file which the client replaced can be told from a new one, a name that
 * was deleted in the shared home from one that is new in the runtime, and a login that was deleted from one that was never
 * linked. Losing it costs no data: everything then counts as new.
 */
import { lstatSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { readJsonIfPresent, writeJsonAtomic } from '../platform/atomic-file.js'
import { errnoOf } from '../platform/perch-error.js'
import type { RuntimeContext } from './runtime-context.js'

/** Enough to see that a file was written or replaced. */
const Fingerprint = v.object({ size: v.number(), mtimeMs: v.number(), ino: v.number() })
export type Fingerprint = v.InferOutput<typeof Fingerprint>

const RuntimeIndex = v.looseObject({
  /** `built`: the links below were all there. Otherwise perch died while building or removing them. */
  phase: v.picklist(['building', 'built', 'removing']),
  linkMode: v.picklist(['link', 'copy']),
  /** Links by path below the runtime: where they point, and what a linked file looked like then. */
  links: v.record(v.string(), v.object({ target: v.string(), file: v.nullable(Fingerprint) })),
  /** `credentialHash` of the durable login that was linked; null when there was none. */
  credential: v.nullable(v.string()),
})
export type RuntimeIndex = v.InferOutput<typeof RuntimeIndex>

/** The index of the last build, or undefined when there is none that can be read. */
export function readIndex(context: RuntimeContext): RuntimeIndex | undefined {
  try {
    const parsed = v.safeParse(RuntimeIndex, readJsonIfPresent(indexPath(context)))
    return parsed.success ? parsed.output : undefined
  } catch (error) {
    context.journal.write({ what: 'not-merged', name: 'index.json', why: `it could not be read: ${String(error)}` })
    return undefined
  }
}

export function writeIndex(context: RuntimeContext, index: RuntimeIndex): void {
  writeJsonAtomic(indexPath(context), index)
}

/** What the file behind `path` (links followed) looks like now; null for anything but a file. */
export function fingerprintOf(path: string): Fingerprint | null {
  return fingerprint(path, statSync)
}

/** What the entry at `path` itself looks like now; null for anything but a file. */
export function ownFingerprintOf(path: string): Fingerprint | null {
  return fingerprint(path, lstatSync)
}

export function isSameFingerprint(a: Fingerprint | null, b: Fingerprint | null): boolean {
  return a !== null && b !== null && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino
}

export function indexPath(context: RuntimeContext): string {
  return join(context.folders.sync, 'index.json')
}

function fingerprint(path: string, stat: typeof lstatSync | typeof statSync): Fingerprint | null {
  try {
    const found = stat(path)
    return found?.isFile() ? { size: found.size, mtimeMs: found.mtimeMs, ino: found.ino } : null
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP' || errnoOf(error) === 'ENOTDIR') return null
    throw error
  }
}
