/** The agents that perch knows, and which of them are installed. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { PerchError } from '../platform/perch-error.js'
import type { AgentDefinition } from './agent-definition.js'
import { claude } from './claude.js'
import { codex } from './codex.js'
import { command } from './command.js'
import { gemini } from './gemini.js'
import { opencode } from './opencode.js'
import { isShim } from './shim-script.js'

/** In the order in which `default` looks for an installed one. */
export const agents: readonly AgentDefinition[] = [claude, codex, gemini, opencode, command]

/**
 * The definition with this name.
 * @throws PerchError `unknown-agent`
 */
export function agentNamed(name: string): AgentDefinition {
  const agent = agents.find((definition) => definition.name === name)
  if (agent) return agent
  throw new PerchError('unknown-agent', `perch knows no agent named ${JSON.stringify(name)}`, {
    hint: `Use one of: ${agents.map((definition) => definition.name).join(', ')}.`,
  })
}

/** The agents whose program is on the PATH of this environment, in the registry's order. */
export function installedAgents(env: Readonly<Record<string, string | undefined>>): readonly AgentDefinition[] {
  return agents.filter((agent) => agentProgram(agent, env) !== undefined)
}

/**
 * The absolute path of the agent's program on the PATH of this environment, or undefined when it is not installed. A shim of
 * perch is not the program.
 */
export function agentProgram(agent: AgentDefinition, env: Readonly<Record<string, string | undefined>>): string | undefined {
  // An entry of PATH that is empty or relative means the working folder: perch does not look for agents there.
  const folders = (env.PATH ?? '').split(delimiter).filter(isAbsolute)
  return agent.commands
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => isExecutableFile(path) && !isShim(path))
}

/** How to log in to a new profile of this agent, as one sentence. */
export function loginHint(agent: AgentDefinition, profileName: string): string {
  return agent.loginHint.replaceAll('{profile}', profileName)
}

function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    // Missing, forbidden or dangling: not a program that this person could start.
    return false
  }
}
