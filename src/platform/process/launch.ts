/** Starts the launcher of a child, with the umask that belongs to it, and collects the child. */
import type { ChildProcess } from 'node:child_process'
import { type SealedSpawnOptions, spawnSealed } from './inherited-descriptors.js'
import type { LaunchCommand } from './launcher.js'
import type { SpawnOptions, WaitStatus } from './owned-process.js'
import { spawnError } from './spawn-error.js'

export interface LaunchedChild {
  readonly child: ChildProcess
  readonly pid: number
  /** Settles when the child was collected, whatever still holds its descriptors. */
  readonly exited: Promise<WaitStatus>
}

/**
 * Spawns the command as the leader of a session of its own, with the umask of the options.
 * @throws PerchError `program-not-found`, `program-not-executable`, `command-too-long`, `bad-request`, `spawn-failed`
 */
export async function launch(
  command: LaunchCommand,
  options: SpawnOptions,
  stdio: SealedSpawnOptions['stdio'],
): Promise<LaunchedChild> {
  const child = withUmask(options.umask, () => {
    try {
      const { env, argv0 } = command
      return spawnSealed(command.file, command.args, { cwd: options.cwd, env, argv0, detached: true, stdio })
    } catch (error) {
      throw spawnError(error, options.program)
    }
  })
  const exited = new Promise<WaitStatus>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const { pid } = child
  if (pid === undefined) throw spawnError(await new Promise((resolve) => child.once('error', resolve)), options.program)
  return { child, pid, exited }
}

function withUmask<T>(mask: number | undefined, spawnIt: () => T): T {
  if (mask === undefined) return spawnIt()
  // Nothing of this thread runs in between; files that perch makes meanwhile in other threads name their mode (0600).
  const own = process.umask(mask)
  try {
    return spawnIt()
  } finally {
    process.umask(own)
  }
}
