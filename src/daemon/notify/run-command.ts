/** Runs a command that tells somebody something: apart from every session, without input or output, for a bounded time. */
import { once } from 'node:events'
import { spawnSealed } from '../../platform/process/inherited-descriptors.js'
import { OneTimeEvent } from '../../platform/process/one-time-event.js'
import { identifyProcess } from '../../platform/process/process-identity.js'
import { signalGroup } from '../../platform/process/process-signal.js'
import { PERCH_PROCESS_VARIABLE } from '../../platform/process/spawn-detached.js'

/** Nothing that only tells takes longer; what a person wants to keep running it can put into the background. */
const COMMAND_BOUND_MS = 10_000

/** The daemon's own environment, which has nothing of a profile in it, with `variables`. */
function environmentOf(variables: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  // It belongs to no session, though it says which one it is about.
  return { ...Object.fromEntries(own), ...variables, [PERCH_PROCESS_VARIABLE]: 'notify' }
}

/**
 * Resolves when it has ended, with undefined or with what went wrong. One that takes too long is killed with its group.
 */
export async function runCommand(
  [program, ...args]: readonly [string, ...string[]],
  variables: Readonly<Record<string, string>>,
  boundMs = COMMAND_BOUND_MS,
): Promise<string | undefined> {
  try {
    const env = environmentOf(variables)
    const child = spawnSealed(program, args, {
      stdio: ['ignore', 'ignore', 'ignore'],
      cwd: process.env.HOME ?? '/',
      env,
      detached: true,
    })
    const identity = child.pid === undefined ? undefined : identifyProcess(child.pid)
    const ended = new OneTimeEvent()
    const exit = once(child, 'exit').finally(() => ended.raise())
    exit.catch(() => undefined)
    const isInTime = await ended.within(boundMs)
    if (!isInTime && identity) signalGroup(identity, 'SIGKILL')
    const [code, signal] = await exit
    if (!isInTime) return `it took longer than ${boundMs / 1_000} s, and was killed`
    return code === 0 ? undefined : signal ? `it was ended by ${signal}` : `it exited with code ${code}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
