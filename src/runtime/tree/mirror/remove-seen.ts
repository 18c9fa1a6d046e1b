/** Removes a mirrored file or link while it is still what was looked at: whoever writes there just now keeps their write. */
import { readlinkSync } from 'node:fs'
import { isFile, removeEntryIf } from '../replace-entry.js'
import type { Seen } from './entry-pair.js'
import { isStill, lookAt } from './look.js'

/** False, and it stays, when something else is there by now. On the home's side a link goes, not what it leads to. */
export function removeSeen(seen: Seen, path: string): boolean {
  if (seen.kind === 'link') return removeEntryIf(path, (candidate) => isLink(seen.text, candidate))
  // The change time tells most, and is another one under another name.
  if (seen.kind !== 'file' || !isStill(seen, seen.path)) return false
  if (seen.path === path) return removeEntryIf(path, isFile(seen.print))
  const link = lookAt(path)
  return link.kind === 'link' && removeEntryIf(path, (candidate) => isLink(link.text, candidate))
}

function isLink(text: string, path: string): boolean {
  try {
    return readlinkSync(path) === text
  } catch {
    return false
  }
}
