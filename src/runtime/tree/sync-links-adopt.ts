/**
 * Takes over a file that the client made or replaced at the top level of a live runtime, and puts the link in its place. The
 * client's file itself becomes the shared one, by a second name for its inode: whoever has it open loses nothing. Only
 * across file systems is it copied, when it has been quiet for a while.
 */
import { lstatSync, readFileSync, realpathSync, type Stats, statSync, symlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { errnoOf } from '../../platform/perch-error.js'
import type { RuntimeContext } from '../runtime-context.js'
import { reached } from '../runtime-step.js'
import type { Adoption } from './adopt.js'
import { fingerprintOf, isSameFingerprint, ownFingerprintOf } from './fingerprint.js'
import { keepBytesAside } from './kept-aside.js'
import { replaceUnchanged } from './replace-entry.js'
import { decideAdoption } from './sync-links-decision.js'
import { type AdoptedFiles, installFile } from './sync-links-install.js'
import { appendMissingLines } from './sync-links-lines.js'

/** A client writes a file of its config folder in one go. */
export const QUIET_AFTER_MS = 1_000

/** Somebody wrote to one of the two files just now. */
const AGAIN_SOON_MS = 50

export type LiveAdoption =
  /** The link leads to `target`, which has what the client wrote. */
  | { readonly kind: 'linked'; readonly target: string }
  | { readonly kind: 'waiting'; readonly againInMs: number }
  /** Nothing to be done while the client runs. */
  | { readonly kind: 'left' }

/** @throws PerchError `disk-full`, `not-writable`, or the system error; the client's file is then still where it was */
export function adoptLiveFile(context: RuntimeContext, adoption: Adoption, wasLinked: boolean): LiveAdoption {
  const files = filesOf(adoption)
  if (files === undefined) return { kind: 'waiting', againInMs: AGAIN_SOON_MS }
  const { source, target, from, to } = files
  // A time in the future says nothing about now.
  const quietMs = Math.abs(Date.now() - from.mtimeMs)
  const action = decideAdoption({
    wasLinked,
    isQuiet: quietMs >= QUIET_AFTER_MS,
    isOnSameDisk: files.isOnSameDisk,
    isAppendOnly: adoption.isAppendOnly,
    target: to === undefined ? 'none' : to.isFile() ? 'file' : 'other',
    hasSameContent: to?.isFile() === true && hasSameContent(source, target, from, to),
    isTargetUntouched: isSameFingerprint(adoption.known, fingerprintOf(target)),
    isLiveNewer: to !== undefined && from.mtimeMs >= to.mtimeMs,
  })
  if (action === 'leave') return { kind: 'left' }
  if (action === 'wait') return { kind: 'waiting', againInMs: Math.ceil(QUIET_AFTER_MS - quietMs) }
  const { name } = adoption
  const belongs = { kind: 'file', target } as const
  if (action === 'install-over-loser') {
    keepBytesAside(context, name, readFileSync(target), 'changed on both sides, the copy of the profile is newer', belongs)
  }
  if (action === 'keep-target') {
    keepBytesAside(context, name, readFileSync(source), 'changed on both sides, the shared copy is newer', belongs)
  }
  reached('sync-loser-kept')
  if (action === 'unite-lines' && appendMissingLines(target, readFileSync(source))) {
    context.journal.write({ what: 'merged', name, from: source, to: target, why: 'lines of both' })
  }
  if (action === 'install' || action === 'install-over-loser') {
    const result = installFile(files)
    if (result !== 'done') return result === 'changed' ? { kind: 'waiting', againInMs: AGAIN_SOON_MS } : { kind: 'left' }
    context.journal.write({
      what: 'adopted',
      name,
      from: source,
      to: target,
      why: to === undefined ? 'new' : 'replaced by the client',
    })
  }
  reached('sync-content-stored')
  const isLinked = replaceUnchanged(source, files.seen, (staging) => symlinkSync(target, staging))
  reached('sync-link-placed')
  return isLinked ? { kind: 'linked', target } : { kind: 'waiting', againInMs: AGAIN_SOON_MS }
}

/** Undefined when the client's file has gone meanwhile. */
function filesOf({ source, target }: Adoption): AdoptedFiles | undefined {
  const final = finalPath(target)
  const seen = ownFingerprintOf(source)
  const from = lstatSync(source, { throwIfNoEntry: false })
  if (seen === null || from?.ino !== seen.ino) return undefined
  const to = lstatSync(final, { throwIfNoEntry: false })
  return { source, seen, from, target: final, to, isOnSameDisk: statSync(dirname(final)).dev === from.dev }
}

function hasSameContent(a: string, b: string, statA: Stats, statB: Stats): boolean {
  if (statA.ino === statB.ino && statA.dev === statB.dev) return true
  return statA.size === statB.size && Buffer.compare(readFileSync(a), readFileSync(b)) === 0
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
