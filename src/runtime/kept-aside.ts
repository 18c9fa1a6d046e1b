/**
 * Where the loser of a conflict goes: `<state>/conflicts/<profile>/`, newest last by name, 0600. Nothing is thrown away at
 * the moment of the conflict; the folder has a cap so that it cannot grow for ever.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ensureFolder, writeFileAtomic } from '../platform/atomic-file.js'
import { moveEntry } from './move-entry.js'
import type { RuntimeContext } from './runtime-context.js'

/** More conflicts than a person will ever look through. */
export const KEPT_ASIDE_LIMIT = 200

/** Moves a file or folder aside. */
export function moveAside(context: RuntimeContext, path: string, why: string): string {
  const target = placeFor(context, basename(path))
  moveEntry(path, target)
  if (lstatSync(target).isFile()) chmodSync(target, 0o600)
  note(context, basename(path), path, target, why)
  return target
}

/** Keeps bytes aside that have no file of their own. */
export function keepBytesAside(context: RuntimeContext, name: string, bytes: string | Uint8Array, why: string): string {
  const target = placeFor(context, name)
  writeFileAtomic(target, bytes, { durable: true })
  note(context, name, undefined, target, why)
  return target
}

function placeFor(context: RuntimeContext, name: string): string {
  const folder = join(context.request.paths.state, 'conflicts', context.request.profile.name)
  ensureFolder(folder)
  dropOldest(folder)
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  return join(folder, `${stamp}-${randomBytes(3).toString('hex')}-${name}`)
}

function note(context: RuntimeContext, name: string, from: string | undefined, to: string, why: string): void {
  context.journal.write({ what: 'kept-aside', name, ...(from === undefined ? {} : { from }), to, why })
  context.notices.push(`${name}: ${why}; the other copy is kept as ${to}`)
}

function dropOldest(folder: string): void {
  const names = readdirSync(folder).sort()
  for (const name of names.slice(0, Math.max(0, names.length - KEPT_ASIDE_LIMIT + 1))) {
    rmSync(join(folder, name), { recursive: true, force: true })
  }
}
