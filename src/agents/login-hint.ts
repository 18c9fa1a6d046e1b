import type { AgentDefinition } from './agent-definition.js'

/** How to log in to a new profile of this agent, as one sentence. */
export function loginHint(agent: AgentDefinition, profileName: string): string {
  return agent.loginHint.replaceAll('{profile}', profileName)
}
