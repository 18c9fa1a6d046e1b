/** What `createSession` is asked, with what a program usually means left out. Pure but for this process's own folder. */
import type { NewSession } from '../api/control.js'
import { definedVariables } from './defined-variables.js'

export type SessionRequest = Partial<Omit<NewSession, 'env' | 'program'>> & {
  /** Runs this in the profile's environment; absent: the profile's agent, with `agentArgs`. */
  readonly argv?: readonly string[] | undefined
  readonly agentArgs?: readonly string[] | undefined
  /** The session's environment, less what would defeat the profile; this process's own when absent. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/**
 * The body of `createSession`: of pipes, in this process's folder and environment, unless it says otherwise.
 * @example
 * await client.createSession(sessionRequest({ profile: 'work', agentArgs: ['-p', 'say hello'] }))
 */
export function sessionRequest(request: SessionRequest): NewSession {
  const { argv, agentArgs = [], env = process.env, ...rest } = request
  return {
    profile: null,
    cwd: process.cwd(),
    kind: 'pipe',
    ...rest,
    program: argv ? { kind: 'command', argv: [...argv] } : { kind: 'agent', args: [...agentArgs] },
    env: definedVariables(env),
  }
}
