/** The process group that a terminal's keys go to, asked of the leader of its session: `tcgetpgrp` has no binding. */
import { execFileSync } from 'node:child_process'
import { linuxStat } from './process-identity.js'

/** The foreground group of the terminal that the process has; undefined without one, and when the process is gone. */
export function foregroundGroupOf(pid: number): number | undefined {
  const group = process.platform === 'linux' ? linuxStat(pid)?.foregroundGroup : psForegroundGroup(pid)
  return group !== undefined && group > 0 ? group : undefined
}

function psForegroundGroup(pid: number): number | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'tpgid=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return Number.parseInt(text, 10) || undefined
  } catch (error) {
    // ps says 1 for a process that is gone.
    if (error instanceof Error && 'status' in error && error.status === 1) return undefined
    throw error
  }
}
