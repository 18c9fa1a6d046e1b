/**
 * What a session takes over from the shell that asked for it: a program started through perch must find what it would
 * find without perch.
 */
import { readFileSync } from 'node:fs'
import type { NewSession } from '../../api/control.js'
import { errnoOf } from '../../platform/perch-error.js'

/** Environment, folder, umask and limits of the requesting shell. */
export function requestingShell(env: NodeJS.ProcessEnv): Pick<NewSession, 'env' | 'umask' | 'openFilesLimit'> {
  const defined = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  // Node raises its own limit when it starts, so that of the process which started it is taken. A shell that set the limit
  // and then became this process is not that one any more, but its hard limit bounds what Node could raise.
  const limits = [openFilesLimitOf(process.ppid), openFilesLimitOf(process.pid)].filter((limit) => limit !== undefined)
  const openFilesLimit = limits.length > 0 ? Math.min(...limits) : undefined
  return { env: Object.fromEntries(defined), umask: process.umask(), ...(openFilesLimit !== undefined && { openFilesLimit }) }
}

/** The soft limit of open files of a process; undefined where it cannot be known or there is none. */
function openFilesLimitOf(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'latin1'))?.[1]
    return soft === undefined ? undefined : Number(soft)
  } catch (error) {
    // A parent of another user (sudo) or in another pid namespace: the session then gets the daemon's limit.
    if (['EACCES', 'EPERM', 'ENOENT'].includes(errnoOf(error) ?? '')) return undefined
    throw error
  }
}
