/**
 * Takes over what a run left in its runtime: a new file or folder moves to where it belongs, a linked file that the client
 * replaced goes to the link's target, two copies of a tree are united. Nothing is lost: of two different files the newer
 * stays and the other is kept aside; a file and a folder of one name never replace each other.
 */
import { chmodSync, lstatSync, readFileSync, realpathSync, rmdirSync, rmSync, type Stats, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readFileIfPresent, writeError, writeFileAtomic } from '../../platform/files/atomic-file.js'
import { namesIn } from '../../platform/files/names-in.js'
import { errnoOf } from '../../platform/perch-error.js'
import type { RuntimeContext } from '../runtime-context.js'
import { mergeAppended } from '../sync/merge-appended.js'
import { type Fingerprint, fingerprintOf, isSameFingerprint } from './fingerprint.js'
import { keepBytesAside, moveAside } from './kept-aside.js'
import { moveEntry } from './move-entry.js'
import { leadsTo, movedLinkText } from './moved-link.js'
import { makeNamesReadable } from './readable-names.js'

const OCCUPIED = 'something else has this name in its place'

export interface Adoption {
  /** The name at the top level of the runtime. */
  readonly name: string
  readonly source: string
  /** Where it belongs; links in this path are followed to the last. */
  readonly target: string
  /** What the target looked like when it was linked; null when it was not. */
  readonly known: Fingerprint | null
  readonly isAppendOnly: boolean
}

/**
 * Adopts one entry. Afterwards `source` is gone. Nobody may be writing it.
 * @throws PerchError `disk-full`, `not-writable`, or the system error; `source` then still holds what is not adopted
 */
export function adoptEntry(context: RuntimeContext, adoption: Adoption): void {
  try {
    adopt(context, { ...adoption, target: finalPath(adoption.target) })
  } catch (error) {
    throw writeError(adoption.target, error)
  }
}

function adopt(context: RuntimeContext, adoption: Adoption): void {
  const { source, target } = adoption
  const from = lstatSync(source)
  const to = statIfPresent(target)
  if (from.isSymbolicLink()) adoptLink(context, adoption, to)
  else if (from.isDirectory()) adoptFolder(context, adoption, to)
  else if (from.isFile()) adoptFile(context, adoption, from, to)
  // Sockets and pipes carry nothing once their process is gone.
  else rmSync(source)
}

function adoptFile(context: RuntimeContext, adoption: Adoption, from: Stats, to: Stats | undefined): void {
  const { source, target, name } = adoption
  const belongs = { kind: 'file', target } as const
  if (to === undefined) {
    move(context, adoption, 'new')
  } else if (!to.isFile()) {
    moveAside(context, source, OCCUPIED, belongs)
  } else if (hasSameContent(source, target, from, to)) {
    rmSync(source)
  } else if (adoption.isAppendOnly) {
    writeFileAtomic(target, mergeAppended(readFileSync(target), readFileSync(source)), { mode: to.mode & 0o777 })
    context.journal.write({ what: 'merged', name, from: source, to: target, why: 'lines of both' })
    rmSync(source)
  } else if (isSameFingerprint(adoption.known, fingerprintOf(target))) {
    replace(context, adoption, to)
  } else if (from.mtimeMs < to.mtimeMs) {
    moveAside(context, source, 'changed on both sides, the shared copy is newer', belongs)
  } else {
    const why = 'changed on both sides, the copy of the profile is newer'
    keepBytesAside(context, basename(name), readFileSync(target), why, belongs)
    replace(context, adoption, to)
  }
}

function adoptFolder(context: RuntimeContext, adoption: Adoption, to: Stats | undefined): void {
  const { source, target, name } = adoption
  if (to === undefined) {
    move(context, adoption, 'new')
  } else if (!to.isDirectory()) {
    moveAside(context, source, OCCUPIED, { kind: 'folder', target })
  } else {
    makeNamesReadable(context, source)
    for (const child of namesIn(source)) {
      adoptEntry(context, {
        name: join(name, child),
        source: join(source, child),
        target: join(target, child),
        known: null,
        isAppendOnly: adoption.isAppendOnly,
      })
    }
    rmdirSync(source)
  }
}

function adoptLink(context: RuntimeContext, adoption: Adoption, to: Stats | undefined): void {
  const { source, target, name } = adoption
  const text = movedLinkText(context, source, target)
  if (to === undefined) {
    symlinkSync(text, target)
    context.journal.write({ what: 'adopted', name, from: source, to: target, why: 'a new link' })
    rmSync(source)
  } else if (leadsTo(text, target)) {
    rmSync(source)
  } else {
    moveAside(context, source, OCCUPIED)
  }
}

/** The person's file keeps the mode it had: the client's rewrite knows nothing of a hook's +x. */
function replace(context: RuntimeContext, adoption: Adoption, to: Stats): void {
  chmodSync(adoption.source, to.mode & 0o777)
  move(context, adoption, 'replaced by the client')
}

function move(context: RuntimeContext, { source, target, name }: Adoption, why: string): void {
  moveEntry(source, target)
  context.journal.write({ what: 'adopted', name, from: source, to: target, why })
}

function hasSameContent(a: string, b: string, statA: Stats, statB: Stats): boolean {
  return statA.size === statB.size && Buffer.compare(readFileSync(a), readFileIfPresent(b) ?? Buffer.alloc(0)) === 0
}

/** The path behind every link, or the path itself where there is nothing (or a link that leads nowhere). */
function finalPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP') return path
    throw error
  }
}

function statIfPresent(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}
