/**
 * Starts perch's own programs so that they outlive whoever starts them: a session of their own, the root folder as
 * theirs, and nothing inherited but the given stdio.
 */
import type { ChildProcess } from 'node:child_process'
import { bundlePath } from '../bundles.js'
import { type SealedSpawnOptions, spawnSealed } from './inherited-descriptors.js'
import { programEnvironment } from './program-environment.js'

/**
 * Names the program in the environment of every daemon and host. A daemon that was started from inside a session is a
 * descendant of that session until its starter ends, and its hosts with it: whoever ends the session's tree stops here.
 */
export const PERCH_PROCESS_VARIABLE = 'PERCH_PROCESS'

export interface DetachedProgram {
  readonly program: 'perchd' | 'host'
  readonly args?: readonly string[] | undefined
  readonly stdio: SealedSpawnOptions['stdio']
  /** Default: what `programEnvironment` keeps of this process's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined
}

/** Starts the program. The caller handles `error` and `exit`, and unrefs the child when it may end before it. */
export function spawnDetached(detached: DetachedProgram): ChildProcess {
  const env = detached.env ?? programEnvironment(process.env)
  return spawnSealed(process.execPath, [bundlePath(detached.program), ...(detached.args ?? [])], {
    cwd: '/',
    detached: true,
    env: { ...env, [PERCH_PROCESS_VARIABLE]: detached.program },
    stdio: detached.stdio,
  })
}
