/**
 * The soft limit of open files (RLIMIT_NOFILE) of a process, as the system shows it. Node raises its own at start, so what
 * a person's shell set is read from the shell.
 */
import { readFileSync } from 'node:fs'
import { errnoOf } from '../perch-error.js'

/** The limit; undefined where there is none, where it is no file (macOS), or where the process may not be looked at. */
export function openFilesLimitOf(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'latin1'))?.[1]
    return soft === undefined ? undefined : Number(soft)
  } catch (error) {
    // A process of another user (sudo) or in another pid namespace.
    if (['EACCES', 'EPERM', 'ENOENT'].includes(errnoOf(error) ?? '')) return undefined
    throw error
  }
}
