/**
 * What a session takes over from the shell that asked for it: a program started through perch must find what it would
 * find without perch.
 */
import type { NewSession } from '../../api/control.js'
import { openFilesLimitOf } from '../../platform/process/open-files-limit.js'

/** Environment, folder, umask and limits of the requesting shell. */
export function requestingShell(env: NodeJS.ProcessEnv): Pick<NewSession, 'env' | 'umask' | 'openFilesLimit'> {
  const defined = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  // Node raises its own limit when it starts, so that of the process which started it is taken. A shell that set the limit
  // and then became this process is not that one any more, but its hard limit bounds what Node could raise.
  const limits = [openFilesLimitOf(process.ppid), openFilesLimitOf(process.pid)].filter((limit) => limit !== undefined)
  const openFilesLimit = limits.length > 0 ? Math.min(...limits) : undefined
  return { env: Object.fromEntries(defined), umask: process.umask(), ...(openFilesLimit !== undefined && { openFilesLimit }) }
}
