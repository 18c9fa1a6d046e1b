/**
 * What a request for a session comes to, checked as far as it can be before anything of the session exists: the profile,
 * its agent, the program, the folder, the name. Reads, but makes nothing.
 */
import { randomUUID } from 'node:crypto'
import { basename, isAbsolute } from 'node:path'
import type { AgentDefinition } from '../../agents/agent-definition.js'
import { startedConversation } from '../../agents/conversation.js'
import { agentProgram } from '../../agents/installed-agents.js'
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import type { NewSession } from '../../api/control.js'
import { homeFolder, type PerchPaths } from '../../platform/paths.js'
import { PerchError } from '../../platform/perch-error.js'
import { type ProgramLookup, requireCommand, requireFolder, resolveProgram } from '../../platform/process/resolve-program.js'
import { chooseProfile, readChosenProfile } from '../../profiles/choose-profile.js'
import { loginShell } from '../../profiles/default-profile.js'
import type { ProfileDefinition } from '../../profiles/profile-definition.js'
import type { DaemonConfig } from '../config.js'
import { checkSessionName } from './session-name.js'

export interface LaunchPlan {
  readonly profile: ProfileDefinition
  readonly agent: AgentDefinition
  /** Every agent that perch knows. */
  readonly agents: readonly AgentDefinition[]
  /** The person's home folder. */
  readonly home: string
  /** Absolute. */
  readonly program: string
  /** What the child sees, before the arguments. */
  readonly command: readonly [string, ...string[]]
  readonly args: readonly string[]
  /** The agent's id of the conversation that it is started with; null for anything else, and where nobody can say. */
  readonly conversation: string | null
  /** Whether the profile's own arguments for its agent belong before `args`. */
  readonly runsAgent: boolean
}

/**
 * @throws PerchError `bad-name`, `bad-request`, `profile-not-found`, `corrupt-profile`, `corrupt-file`, `agent-not-installed`,
 *   `program-not-found`, `program-not-executable`, `empty-command`, `folder-not-found`
 */
export function planLaunch(paths: PerchPaths, config: DaemonConfig, request: NewSession): LaunchPlan {
  if (request.name !== undefined) checkSessionName(request.name)
  requirePlainText(request)
  if (!isAbsolute(request.cwd)) throw new PerchError('bad-request', `cwd must be an absolute path, not ${request.cwd}`)
  const chosen = chooseProfile(paths, { asked: request.profile, env: request.env, cwd: request.cwd })
  const profile = readChosenProfile(paths, chosen, request.env)
  requireFolder(request.cwd)
  const known = knownAgents(paths)
  const agent = agentNamed(profile.agent, known)
  const env = { ...request.env, ...profile.env, ...request.extraEnv }
  const base = { profile, agent, agents: known.all, home: homeFolder(request.env) }
  const lookup = { path: env.PATH, cwd: request.cwd }
  if (request.program.kind === 'command') {
    const [command, ...args] = requireCommand(request.program.argv)
    return { ...base, program: resolveProgram(command, lookup), command: [command], args, conversation: null, runsAgent: false }
  }
  const conversation = startedConversation(agent.conversation, request.program.args, randomUUID)
  const started = { args: [...conversation.args, ...request.program.args], conversation: conversation.id, runsAgent: true }
  const configured = config.agentCommands[agent.name]
  if (agent.commands.length === 0 || configured) {
    const command = configured ?? requireCommand(profile.command ?? [loginShell(env)])
    return { ...base, program: resolveProgram(command[0], lookup), command, ...started }
  }
  const program = agentProgram(agent, env)
  if (program === undefined) {
    requireNotBlocked(agent, lookup)
    throw new PerchError('agent-not-installed', `${agent.title} is not installed: no ${agent.commands.join(' or ')} on PATH`, {
      hint: agent.installHint,
    })
  }
  return { ...base, program, command: [basename(program)], ...started }
}

/**
 * An agent that is there, but may not be executed, is not called missing.
 * @throws PerchError `program-not-executable`
 */
function requireNotBlocked(agent: AgentDefinition, lookup: ProgramLookup): void {
  for (const command of agent.commands) {
    try {
      resolveProgram(command, lookup)
    } catch (error) {
      if (!(error instanceof PerchError) || error.code !== 'program-not-found') throw error
    }
  }
}

/** A process takes no NUL in an argument or variable, and no `=` in a variable's name. */
function requirePlainText(request: NewSession): void {
  const words = request.program.kind === 'agent' ? request.program.args : request.program.argv
  if ([...words, request.cwd].some((word) => word.includes('\0'))) {
    throw new PerchError('bad-request', 'an argument holds a NUL byte, which no program can be given')
  }
  for (const [name, value] of [...Object.entries(request.env), ...Object.entries(request.extraEnv ?? {})]) {
    if (name !== '' && !name.includes('=') && !name.includes('\0') && !value.includes('\0')) continue
    throw new PerchError('bad-request', `${JSON.stringify(name)} cannot be an environment variable`, {
      hint: 'Give variables as NAME=VALUE.',
    })
  }
}
