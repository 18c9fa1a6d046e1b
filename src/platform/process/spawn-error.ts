/** The failures of starting a program that `resolve-program.ts` could not foresee, as errors that a person can act on. */
import { errnoOf, messageOf, PerchError } from '../perch-error.js'

/** Why `program` could not be started, from what `child_process.spawn` threw or emitted. */
export function spawnError(cause: unknown, program: string): PerchError {
  switch (errnoOf(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new PerchError('program-not-found', `${program} cannot be started: it, its interpreter or its folder is missing`, {
        cause,
        hint: 'Check the first line of the script, and that the folder still exists.',
      })
    case 'EACCES':
    case 'EPERM':
    case 'ENOEXEC':
      return new PerchError('program-not-executable', `${program} cannot be run`, { cause, hint: 'Check its permissions.' })
    case 'E2BIG':
      return new PerchError('command-too-long', 'the arguments and the environment are larger than this system passes on', {
        cause,
        hint: 'Shorten the command, or unset large variables.',
      })
    case 'ERR_INVALID_ARG_VALUE':
      return new PerchError('bad-request', `${program} cannot be started: ${messageOf(cause)}`, { cause })
    default:
      return new PerchError('spawn-failed', `${program} cannot be started: ${messageOf(cause)}`, {
        cause,
        hint: 'Check the limits of processes, memory and open files.',
      })
  }
}
