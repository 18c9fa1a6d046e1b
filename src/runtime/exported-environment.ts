/**
 * What turns any environment into one of a profile, for tools that perch does not start. Unlike the difference from one
 * environment it does not depend on what is set where it was asked for: it may be evaluated elsewhere, and later.
 */
import type { EnvironmentChanges } from '../platform/environment-changes.js'
import { type LaunchRequest, launchEnvironment } from './launch-environment.js'

/** Stands for a variable that is not set here, and might be there. */
const SOMETHING = '-'

/** Every variable of the profile, and the names of those that would defeat it. */
export function exportedEnvironment(request: LaunchRequest): EnvironmentChanges {
  const set = launchEnvironment({ ...request, requestEnv: {} }).env
  const anywhere = { ...Object.fromEntries(knownNames(request).map((name) => [name, SOMETHING])), ...request.requestEnv }
  const kept = launchEnvironment({ ...request, requestEnv: anywhere }).env
  const unset = Object.keys(anywhere).filter((name) => !Object.hasOwn(kept, name))
  return { set, unset: unset.sort() }
}

/** What can be named without an environment to look at: patterns fit only what is there. */
function knownNames({ agent }: LaunchRequest): readonly string[] {
  const { scrubbed, nesting } = agent.environment
  const moved = agent.relocation === null ? [] : [agent.relocation.variable]
  return [...moved, ...[...scrubbed, ...nesting].filter((name) => !name.includes('*'))]
}
