/**
 * The environment of a launched agent: that of the requesting shell, less whatever would defeat the profile, plus the
 * profile's own. Pure but for one question: whether the working folder holds the shared home, whatever names lead there.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentDefinition } from '../agents/agent-definition.js'
import { handedTelemetry } from '../agents/handed-telemetry.js'
import { matchesAny } from '../agents/pattern.js'
import { isRuntimePath } from '../platform/paths.js'
import type { ProfileDefinition } from '../profiles/profile-definition.js'
import type { AcquiredRuntime } from './acquire.js'

export interface LaunchRequest {
  readonly agent: AgentDefinition
  /** All of them: a session may have been asked for from within one of any other agent. */
  readonly agents: readonly AgentDefinition[]
  readonly profile: ProfileDefinition
  readonly requestEnv: Readonly<Record<string, string | undefined>>
  /** `--env`: wins over everything. */
  readonly extraEnv?: Readonly<Record<string, string>> | undefined
  /** What `acquireRuntime` gave. */
  readonly runtime: Pick<AcquiredRuntime, 'folder' | 'sharedHome' | 'databases'>
  readonly cwd: string
  readonly home: string
  /** `profileVariables` of the profile whose session asks for this one; undefined or null when no session does. */
  readonly enclosingProfileEnv?: Readonly<Record<string, string>> | null | undefined
}

export interface LaunchEnvironment {
  readonly env: Readonly<Record<string, string>>
  /** To be put before the agent's own arguments. */
  readonly args: readonly string[]
}

/**
 * Without these no program runs: an enclosing profile that sets one has replaced it, and there is nothing to go back to; and no
 * pattern in a definition may mean them.
 */
const NEVER_SCRUBBED = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'LANG', 'LC_*', 'TZ', 'TMPDIR', 'XDG_RUNTIME_DIR']

export function launchEnvironment(request: LaunchRequest): LaunchEnvironment {
  const { agent, agents, profile, runtime, requestEnv } = request
  const handed = handedTelemetry(agents, requestEnv)
  const inherited = Object.entries(requestEnv).filter(
    ([name, value]) => value !== undefined && !handed.has(name) && !isScrubbed(request, name, value),
  ) as [string, string][]
  const env = {
    ...Object.fromEntries(inherited),
    ...runtimeVariables(agent, runtime),
    ...profileVariables(agent, profile),
    ...request.extraEnv,
  }
  return {
    env,
    args: [
      ...(profile.baseUrl === null ? [] : baseUrlArguments(agent, profile.baseUrl)),
      ...(readsSharedHomeAsProject(request) ? agent.environment.argumentsInHome : []),
    ],
  }
}

/** What a profile itself puts into the environment of its sessions, and what must not reach those of another. */
export function profileVariables(agent: AgentDefinition, profile: ProfileDefinition): Readonly<Record<string, string>> {
  const { baseUrlVariable } = agent.environment
  return { ...(profile.baseUrl !== null && baseUrlVariable !== null && { [baseUrlVariable]: profile.baseUrl }), ...profile.env }
}

/** In HOME, and wherever else the shared home lies in the working folder under the name of a project's own config folder. */
function readsSharedHomeAsProject({ agent, runtime, cwd, home }: LaunchRequest): boolean {
  if (agent.relocation === null || runtime.folder === null || runtime.sharedHome === null) return false
  return isSameFolder(cwd, home) || isSameFolder(join(cwd, agent.relocation.defaultHome), runtime.sharedHome)
}

function isScrubbed(request: LaunchRequest, name: string, value: string): boolean {
  const { agent, profile, enclosingProfileEnv } = request
  const { environment } = agent
  if (isSetByPerch(request, name)) return true
  if (matchesAny(NEVER_SCRUBBED, name)) return false
  if (enclosingProfileEnv?.[name] === value) return true
  // A variable that other programs use too (XDG) belongs to the person, unless a runtime needs it.
  if (name === agent.relocation?.variable) return request.runtime.folder !== null || agent.relocation.within === ''
  if (matchesAny(environment.nesting, name)) return true
  // On its plain home an agent is what it would be without perch: the person's own login variables stay.
  return !profile.plainHome && matchesAny(environment.scrubbed, name)
}

/** What the runtime of an enclosing session put into the environment of its processes, of whichever agent. */
function isSetByPerch({ agents, requestEnv }: LaunchRequest, name: string): boolean {
  return agents.some(
    ({ relocation, environment }) =>
      relocation !== null &&
      isRuntimePath(requestEnv[relocation.variable] ?? '') &&
      [{ [relocation.variable]: '' }, environment.belowSharedHome, environment.databases].some((set) => Object.hasOwn(set, name)),
  )
}

function runtimeVariables(agent: AgentDefinition, runtime: LaunchRequest['runtime']): Readonly<Record<string, string>> {
  const { folder, sharedHome, databases } = runtime
  if (agent.relocation === null || folder === null || sharedHome === null || databases === null) return {}
  return {
    [agent.relocation.variable]: folder,
    ...pathsBelow(sharedHome, agent.environment.belowSharedHome),
    ...pathsBelow(databases, agent.environment.databases),
  }
}

function pathsBelow(folder: string, paths: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, path === '' ? folder : join(folder, path)]))
}

function baseUrlArguments(agent: AgentDefinition, url: string): readonly string[] {
  return agent.environment.baseUrlArguments.map((argument) => argument.replaceAll('{url}', () => url))
}

function isSameFolder(a: string, b: string): boolean {
  if (a === b) return true
  const [first, second] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }))
  return first !== undefined && second !== undefined && first.ino === second.ino && first.dev === second.dev
}
