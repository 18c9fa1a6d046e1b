/** Which agents are installed, and where. */
import { delimiter, isAbsolute, join } from 'node:path'
import { isProgram } from '../platform/process/resolve-program.js'
import type { AgentDefinition } from './agent-definition.js'
import { isShim } from './shim-script.js'

type Environment = Readonly<Record<string, string | undefined>>

/** Those of the agents whose program is on the PATH of this environment, in their order. */
export function installedAgents(agents: readonly AgentDefinition[], env: Environment): readonly AgentDefinition[] {
  return agents.filter((agent) => agentProgram(agent, env) !== undefined)
}

/**
 * The absolute path of the agent's program on the PATH of this environment, or undefined when it is not installed. A shim of
 * perch is not the program.
 */
export function agentProgram(agent: AgentDefinition, env: Environment): string | undefined {
  // An entry of PATH that is empty or relative means the working folder: perch does not look for agents there.
  const folders = (env.PATH ?? '').split(delimiter).filter(isAbsolute)
  return agent.commands
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => isProgram(path) && !isShim(path))
}
