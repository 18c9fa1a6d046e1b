/**
 * From the place where a shim was called to the command that it becomes: the real program, the profile that applies, and the
 * environment that goes with it. A profile with a runtime is given to the shim's own process, which the agent becomes: the
 * lease lives as long as that process, and nobody stays behind to give it back. Whoever looks next finds it dead: the
 * daemon, or the next start.
 */
import { readFileSync } from 'node:fs'
import type { AgentDefinition } from '../agents/agent-definition.js'
import { agentProgram } from '../agents/installed-agents.js'
import { environmentChanges } from '../platform/environment-changes.js'
import { preparePerchFolders } from '../platform/files/safe-folder.js'
import { uniqueHex } from '../platform/files/unique-name.js'
import { homeFolder, isRuntimePath, type PerchPaths } from '../platform/paths.js'
import { errnoOf, PerchError } from '../platform/perch-error.js'
import { identifyProcess } from '../platform/process/process-identity.js'
import { chooseProfile, readChosenProfile } from '../profiles/choose-profile.js'
import type { ProfileDefinition } from '../profiles/profile-definition.js'
import { DEFAULT_PROFILE } from '../profiles/profile-name.js'
import { requireUnchanged } from '../profiles/require-unchanged.js'
import { type AcquiredRuntime, acquireRuntime } from '../runtime/acquire.js'
import { launchEnvironment } from '../runtime/launch-environment.js'
import { outsideLaunch } from '../runtime/outside-launch.js'
import { type FinalCommand, unkeptVariables } from './final-command.js'

type Environment = Readonly<Record<string, string | undefined>>

export interface ShimCall {
  readonly agent: AgentDefinition
  readonly agents: readonly AgentDefinition[]
  readonly paths: PerchPaths
  readonly env: Environment
  readonly cwd: string
  /** Of the shell that becomes the agent. */
  readonly pid: number
}

export interface ShimLaunch {
  readonly command: FinalCommand
  readonly hasRuntime: boolean
  /** What the person should be told, as sentences. */
  readonly notices: readonly string[]
}

/** How often one shim has led to another, through programs of that name on PATH that call it again. */
const DEPTH_VARIABLE = 'PERCH_SHIM_DEPTH'
/** Agents that start themselves come to two or three. */
const DEEPEST = 8

/**
 * Decides, and acquires the runtime if there is one.
 * @throws PerchError `agent-not-installed`, `shim-loop`, and as choosing, reading and acquiring a profile do
 */
export async function launchFromShim(call: ShimCall): Promise<ShimLaunch> {
  const { agent, paths, env, cwd } = call
  const program = agentProgram(agent, env)
  if (program === undefined) throw notInstalled(agent)
  const depth = depthHere(env, program)
  const resolution = chooseProfile(paths, { asked: null, env, cwd })
  const profile = readChosenProfile(paths, resolution, env)
  const command = { program, args: [], set: { [DEPTH_VARIABLE]: depth }, unset: [], dropped: droppedByShell(call.pid) }
  // A profile is of one agent: any other runs as it would without perch.
  if (!profile.plainHome && profile.agent !== agent.name) return { command, hasRuntime: false, notices: [] }
  const runtime = await runtimeFor(call, profile)
  const launch = launchEnvironment(outsideLaunch({ agent, agents: call.agents, profile, runtime, paths, env, cwd }))
  const { set, unset } = isAtHome(call, profile, runtime)
    ? { set: { PERCH_PROFILE: profile.name }, unset: [] }
    : environmentChanges(env, launch.env)
  return {
    command: { ...command, args: launch.args, set: { ...set, ...command.set }, unset },
    hasRuntime: runtime.folder !== null,
    notices: runtime.notices,
  }
}

/** Whether the environment is that of the profile already: an agent that calls itself stays what it is, nesting included. */
function isAtHome({ agent, env }: ShimCall, profile: ProfileDefinition, runtime: AcquiredRuntime): boolean {
  const moved = env[agent.relocation?.variable ?? '']
  const around = env.PERCH_PROFILE || DEFAULT_PROFILE
  if (around !== profile.name) return false
  return runtime.folder === null ? !isRuntimePath(moved ?? '') : moved === runtime.folder
}

async function runtimeFor({ agent, paths, env, pid }: ShimCall, profile: ProfileDefinition): Promise<AcquiredRuntime> {
  if (profile.plainHome) return { folder: null, sharedHome: null, leasePath: null, linkMode: null, databases: null, notices: [] }
  preparePerchFolders(paths)
  const holder = identifyProcess(pid)
  if (holder === undefined) throw new PerchError('internal', `there is no process ${pid} that could become ${agent.title}`)
  const leaseId = `shim-${pid}-${uniqueHex(8)}`
  return await acquireRuntime({
    paths,
    profile,
    agent,
    home: homeFolder(env),
    leaseId,
    env,
    holder,
    whenLocked: () => requireUnchanged(paths, profile, env),
  })
}

function notInstalled(agent: AgentDefinition): PerchError {
  const names = agent.commands.join(' or ')
  return new PerchError('agent-not-installed', `${agent.title} is not installed: no ${names} on PATH but perch's shim`, {
    hint: agent.installHint,
  })
}

/** @throws PerchError `shim-loop` */
function depthHere(env: Environment, program: string): string {
  const depth = Number(env[DEPTH_VARIABLE] ?? 0) + 1
  if (!(depth > DEEPEST)) return String(Number.isNaN(depth) ? 1 : depth)
  throw new PerchError('shim-loop', `${program} leads back to perch's shim, again and again`, {
    hint: 'Let it call the real program by its path, or put the folder of the real one before it in PATH.',
  })
}

/** dash forgets variables such as exported functions of bash. Elsewhere the shells of /bin/sh keep them. */
function droppedByShell(pid: number): FinalCommand['dropped'] {
  if (process.platform !== 'linux') return {}
  try {
    return unkeptVariables(readFileSync(`/proc/${pid}/environ`, 'utf8'))
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return {}
  }
}
