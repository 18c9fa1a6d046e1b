/**
 * The names that a mirrored folder has on either side, and which of them are passed over: staging files and locks of programs
 * that are at work, and names that Node cannot hand out.
 */
import { isUtf8 } from 'node:buffer'
import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { STAGING_SUFFIX } from '../../../platform/files/atomic-file.js'
import { namesIn } from '../../../platform/files/names-in.js'
import { errnoOf } from '../../../platform/perch-error.js'
import { makeNamesReadable } from '../readable-names.js'
import type { FolderPair } from './entry-pair.js'
import { lookAt } from './look.js'
import { type MirrorPass, sayOnce } from './pass.js'
import { isMirrorStaging } from './publish.js'

/** What Node puts into a name that is not UTF-8. */
const REPLACEMENT = '\uFFFD'

/** `x.tmp`, `x.tmp.1234`, `x.tmp.1234.abcdef`: what programs write before they rename it. A person's `notes.tmp.md` is none. */
const STAGING_NAME = /\.tmp(\.[0-9a-f]+)*$/i

/** A staging file that nobody touched for so long is a file like any other: nothing is lost for its name. */
const STAGING_REST_MS = 60_000

export interface FolderNames {
  readonly all: readonly string[]
  readonly inHome: ReadonlySet<string>
  readonly inRuntime: ReadonlySet<string>
  /** Staging files of a mirror that was killed. Those in a shared home may only go under its lock. */
  readonly leftovers: readonly string[]
}

/** Undefined when a side cannot be listed: then nothing is known about any name, and nothing is done. */
export function folderNames(pass: MirrorPass, folder: FolderPair): FolderNames | undefined {
  const home = folder.hasHome ? listing(pass, folder.key, folder.home) : []
  const runtime = folder.hasRuntime ? runtimeListing(pass, folder) : []
  if (home === undefined || runtime === undefined) return undefined
  const names = new Set([...home, ...runtime, ...pass.index.names(folder.key)])
  const leftovers = home.filter(isMirrorStaging).map((name) => join(folder.home, name))
  for (const name of runtime.filter(isMirrorStaging)) rmSync(join(folder.runtime, name), { force: true })
  const all = [...names].filter((name) => !isPassedOver(pass, folder, name))
  return { all, inHome: new Set(home), inRuntime: new Set(runtime), leftovers }
}

/** The names in a folder that Node can use; undefined when it cannot be listed. */
export function listing(pass: MirrorPass, key: string, path: string): readonly string[] | undefined {
  let names: readonly string[]
  try {
    names = namesIn(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') return []
    sayOnce(pass, key === '' ? path : key, `the folder ${path} cannot be listed (${errnoOf(error) ?? 'unknown error'})`)
    return undefined
  }
  if (!names.some((name) => name.includes(REPLACEMENT))) return names
  const strange = new Set<string>()
  for (const bytes of readdirSync(path, { encoding: 'buffer' })) if (!isUtf8(bytes)) strange.add(bytes.toString('utf8'))
  for (const name of strange) sayOnce(pass, join(key, name), 'its name is not UTF-8')
  return names.filter((name) => !strange.has(name))
}

function runtimeListing(pass: MirrorPass, folder: FolderPair): readonly string[] | undefined {
  if (pass.purpose === 'drain' && namesIn(folder.runtime).some((name) => name.includes(REPLACEMENT))) {
    makeNamesReadable(pass.context, folder.runtime)
  }
  return listing(pass, folder.key, folder.runtime)
}

function isPassedOver(pass: MirrorPass, folder: FolderPair, name: string): boolean {
  if (name.endsWith(STAGING_SUFFIX)) return true
  if (pass.index.get(folder.key, name) !== undefined) return false
  if (name.endsWith('.lock')) return isEmptyLock(pass, folder, name)
  if (!STAGING_NAME.test(name) || pass.purpose === 'drain') return false
  return [folder.home, folder.runtime].some((path) => {
    const seen = lookAt(join(path, name))
    return seen.kind === 'file' && Math.abs(Date.now() - seen.print.mtimeMs) < STAGING_REST_MS
  })
}

/** Lock folders and lock files hold nothing; a `yarn.lock` does. Those of a runtime that nobody uses any more have no holder. */
function isEmptyLock(pass: MirrorPass, folder: FolderPair, name: string): boolean {
  const isEmpty = (path: string): boolean => {
    const seen = lookAt(path)
    if (seen.kind === 'folder') return namesIn(path).length === 0
    return seen.kind === 'absent' || (seen.kind === 'file' && seen.print.size === 0)
  }
  const path = join(folder.runtime, name)
  if (!isEmpty(join(folder.home, name)) || !isEmpty(path)) return false
  if (pass.purpose === 'drain') removeLock(path)
  return true
}

function removeLock(path: string): void {
  const seen = lookAt(path)
  if (seen.kind === 'folder') rmdirSync(path)
  else if (seen.kind === 'file') rmSync(path)
}
