/** Parts of a tree of which one side is as it was, and may be removed for what the other side has in their place. */
import { rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { namesIn } from '../../../platform/files/names-in.js'
import { hashOfFile } from './content.js'
import type { MirrorSide } from './decide-entry.js'
import type { SeenFile } from './entry-pair.js'
import type { FileBase } from './index-piece.js'
import { lookAt } from './look.js'
import type { MirrorIndex } from './mirror-index.js'
import type { MirrorPass } from './pass.js'
import { removeSeen } from './remove-seen.js'
import { isAsNoted } from './side-print.js'

/** Whether everything in the folder is as it was last seen the same on both sides, and nothing is new. */
export async function isUntouched(pass: MirrorPass, key: string, path: string, side: MirrorSide): Promise<boolean> {
  for (const name of namesIn(path)) {
    const base = pass.index.get(key, name)
    const seen = lookAt(join(path, name))
    if (base === undefined || base.kind !== seen.kind) return false
    if (base.kind === 'link' && seen.kind === 'link' && base.text !== seen.text) return false
    if (base.kind === 'file' && seen.kind === 'file' && !(await isBaseContent(base, side, seen))) return false
    if (base.kind === 'folder' && !(await isUntouched(pass, join(key, name), join(path, name), side))) return false
  }
  return true
}

/** Whether the file holds what both sides last had in common; read only where its looks do not tell. */
export async function isBaseContent(base: FileBase, side: MirrorSide, seen: SeenFile): Promise<boolean> {
  if (isAsNoted(base[side], seen.print)) return true
  return base.hash !== null && (await hashOfFile(seen)) === base.hash
}

/** Removes a folder that is untouched, one by one; false when something came into it. */
export function removeTree(pass: MirrorPass, key: string, path: string, side: MirrorSide): boolean {
  for (const name of namesIn(path)) {
    const child = join(path, name)
    const base = pass.index.get(key, name)
    const seen = lookAt(child)
    if (seen.kind === 'folder') {
      if (!removeTree(pass, join(key, name), child, side)) return false
    } else if (base !== undefined && base.kind === seen.kind) {
      removeSeen(seen, child)
    }
  }
  if (namesIn(path).length > 0) return false
  rmdirSync(path)
  return true
}

/** Drops what is noted of a name and of everything below it. */
export function forgetTree(index: MirrorIndex, folder: string, name: string): void {
  const key = join(folder, name)
  for (const child of [...index.names(key)]) forgetTree(index, key, child)
  index.drop(folder, name)
}
