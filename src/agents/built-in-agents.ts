/** The agents that perch brings the definitions of. */
import type { AgentDefinition } from './agent-definition.js'
import { claude } from './claude.js'
import { codex } from './codex.js'
import { command } from './command.js'
import { gemini } from './gemini.js'
import { opencode } from './opencode.js'

/** In the order in which `default` looks for an installed one. */
export const builtInAgents: readonly AgentDefinition[] = [claude, codex, gemini, opencode, command]
