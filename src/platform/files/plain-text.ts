/** Files of somebody else's that are only looked at: what is no plain file of an ordinary size is as good as not there. */
import { readFileSync, statSync } from 'node:fs'

/** Settings and the like are a few kilobytes. */
const LIMIT_BYTES = 4 * 1024 * 1024

/** The text of the file; undefined where there is none, or it cannot be read, or is a pipe or a device, which has no end. */
export function plainText(path: string): string | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat?.isFile() && stat.size <= LIMIT_BYTES ? readFileSync(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}
