/** The agents that perch brings definitions of, for tests of what is done with one. */
import type { AgentDefinition } from '../../src/agents/agent-definition.js'
import { builtInAgents } from '../../src/agents/built-in-agents.js'
import { agentNamed, withOwn } from '../../src/agents/known-agents.js'

/** What a person without an `agents.d` has. */
export const BUILT_IN = withOwn(builtInAgents, { files: [], problem: null })

export function builtInAgent(name: string): AgentDefinition {
  return agentNamed(name, BUILT_IN)
}
