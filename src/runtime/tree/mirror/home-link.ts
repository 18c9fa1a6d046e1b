/**
 * Links on the home's side. They stay links there; the runtime gets the content they lead to, and what it writes goes through
 * to that place, as long as it lies inside the shared home (the profile's state, for private entries).
 *
 * | a link there | what the runtime gets |
 * | --- | --- |
 * | at the top level, to a file or folder anywhere (a person's dotfiles) | a copy, as link mode links to the final path |
 * | deeper, to a file inside | a copy |
 * | deeper, to a folder inside | a copy of the folder, in which no further link to a folder is followed |
 * | deeper, to anything outside | nothing, and that is said |
 * | to a folder that it lies in itself, or that holds the shared home or perch's own data | nothing, and that is said |
 * | to the login, a document or something private of the plain home, or into perch's data | nothing, and that is said |
 * | to nowhere, or round in circles | nothing, and that is said |
 */
import { realpathSync, type Stats, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { errnoOf } from '../../../platform/perch-error.js'
import type { RuntimeContext } from '../../runtime-context.js'
import type { EntryPair, Seen } from './entry-pair.js'
import { printOf } from './side-print.js'

export function resolveHomeLink(context: RuntimeContext, pair: EntryPair): Seen {
  const closed = (why: string, lasts = true): Seen => ({ kind: 'closed', path: pair.homePath, why, isSpecial: false, lasts })
  let path: string
  let stat: Stats
  let around: readonly string[]
  const { data, state } = context.request.paths
  try {
    around = [dirname(pair.homePath), context.sharedHome, data, state].map((folder) => realpathSync(folder))
    path = realpathSync(pair.homePath)
    stat = statSync(path)
  } catch (error) {
    const errno = errnoOf(error)
    return closed(errno === 'EACCES' ? 'the link leads to what cannot be read' : 'the link leads nowhere', false)
  }
  if (!pair.isTop && !isWithin(pair.boundary, path)) return closed('the link leads out of the folder that is shared')
  if (leadsToUnshared(context, path)) return closed('the link leads to what no profile shares')
  if (stat.isFile()) return { kind: 'file', path, print: printOf(stat, Date.now()) }
  if (!stat.isDirectory()) return closed('the link leads to a pipe, a socket or a device')
  if (pair.isBelowLink) return closed('it is a link to a folder in a folder that is a link itself')
  if (around.some((folder) => isWithin(path, folder))) return closed('the link leads round in a circle')
  return { kind: 'folder', path, isLinked: true }
}

/** Whether `path` is `folder` or lies in it. */
export function isWithin(folder: string, path: string): boolean {
  const below = relative(folder, path)
  return below === '' || (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below))
}

/** A login must not get a second home through a link with an innocent name. */
function leadsToUnshared(context: RuntimeContext, path: string): boolean {
  if (isWithin(realpathSync(context.request.paths.data), path) && !isWithin(realpathSync(context.folders.state), path))
    return true
  const documents = context.relocation.documents.filter(({ sharedIn }) => sharedIn === 'home')
  if (documents.some(({ name }) => path === join(context.request.home, name))) return true
  if (!isWithin(context.sharedHome, path)) return false
  const [top] = relative(context.sharedHome, path).split(sep)
  return top !== undefined && top !== '' && context.layers[0]?.classOf(top) !== 'shared'
}
