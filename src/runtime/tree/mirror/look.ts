/**
 * Looks at the two places of a name without opening anything: a pipe would wait for its other end. Links on the home's side
 * are resolved, on the runtime's they never are.
 */
import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { errnoOf } from '../../../platform/perch-error.js'
import type { RuntimeContext } from '../../runtime-context.js'
import type { EntryPair, Seen } from './entry-pair.js'
import { resolveHomeLink } from './home-link.js'
import { printOf } from './side-print.js'

export function lookAtHome(context: RuntimeContext, pair: EntryPair): Seen {
  const seen = lookAt(pair.homePath)
  return seen.kind === 'link' ? resolveHomeLink(context, pair) : seen
}

export function lookAtRuntime(pair: EntryPair): Seen {
  return lookAt(pair.runtimePath)
}

/** What lies at `path` itself. */
export function lookAt(path: string): Seen {
  try {
    const stat = lstatSync(path)
    if (stat.isFile()) return { kind: 'file', path, print: printOf(stat, Date.now()) }
    if (stat.isDirectory()) return { kind: 'folder', path, isLinked: false }
    if (stat.isSymbolicLink()) return { kind: 'link', path, text: readlinkSync(path) }
    return { kind: 'closed', path, why: 'it is a pipe, a socket or a device', isSpecial: true, lasts: true }
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return { kind: 'absent' }
    return { kind: 'closed', path, why: whyClosed(errno), isSpecial: false, lasts: false }
  }
}

/** Whether the place still holds what was seen there. */
export function isStill(seen: Seen, path: string): boolean {
  const now = lookAt(path)
  if (now.kind !== seen.kind) return false
  if (now.kind !== 'file' || seen.kind !== 'file') return true
  const { size, mtimeMs, ino, ctimeMs } = seen.print
  return now.print.size === size && now.print.mtimeMs === mtimeMs && now.print.ino === ino && now.print.ctimeMs === ctimeMs
}

/**
 * On a file system that folds case (or composes accents) a name can be found that is not listed: it is another entry's, and
 * taking it for this one would mix up two files. Names that appeared just now are listed by the second look.
 */
export function isAlias(folder: string, name: string): boolean {
  return !readdirSync(folder).includes(name)
}

function whyClosed(errno: string | undefined): string {
  if (errno === 'EACCES' || errno === 'EPERM') return 'it cannot be read'
  if (errno === 'ENAMETOOLONG') return 'its path is too long there'
  return `looking at it failed (${errno ?? 'unknown error'})`
}
