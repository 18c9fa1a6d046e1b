/** The agent's own config folder: made when it is missing, and never used when it cannot be read. */
import { readdirSync, realpathSync } from 'node:fs'
import { ensureFolder } from '../platform/files/atomic-file.js'
import { errnoOf, messageOf, PerchError } from '../platform/perch-error.js'

/**
 * The final path of the shared home.
 * @throws PerchError `shared-home-unreadable`, `not-writable`, `disk-full`
 */
export function ensureSharedHome(path: string, agentTitle: string, notices: string[]): string {
  const found = readable(path)
  if (found !== undefined) return found
  try {
    ensureFolder(path)
  } catch (error) {
    // A dangling link, or a file in the way: nothing of the person's is replaced.
    throw error instanceof PerchError ? error : unreadable(path, error)
  }
  notices.push(`${path} did not exist and was made: the settings and history of ${agentTitle} that profiles share.`)
  return realpathSync(path)
}

function readable(path: string): string | undefined {
  try {
    const real = realpathSync(path)
    readdirSync(real)
    return real
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw unreadable(path, error)
  }
}

function unreadable(path: string, cause: unknown): PerchError {
  return new PerchError('shared-home-unreadable', `the shared home ${path} cannot be read: ${messageOf(cause)}`, {
    cause,
    hint: 'Check its owner, its permissions and where it links to.',
  })
}
