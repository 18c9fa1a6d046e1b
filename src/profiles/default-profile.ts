/**
 * The profile `default`: the first agent found installed, on its plain home with its login untouched, else the login shell.
 * It has no folder and no file.
 */
import { userInfo } from 'node:os'
import { builtInAgents } from '../agents/built-in-agents.js'
import { command } from '../agents/command.js'
import { installedAgents } from '../agents/installed-agents.js'
import { agentNamed, type KnownAgents } from '../agents/known-agents.js'
import type { ProfileDefinition } from './profile-definition.js'
import { DEFAULT_PROFILE } from './profile-name.js'

/**
 * `default` for a person with these agents and this environment (its PATH decides which of them).
 * @throws PerchError `bad-agent-file`, `unsafe-file` when the person's own definition of that agent cannot be used: another
 *   agent is not what they asked for
 */
export function defaultProfile(env: Readonly<Record<string, string | undefined>>, known: KnownAgents): ProfileDefinition {
  const unusable = builtInAgents.filter(({ name }) => known.unusable.has(name))
  const [first] = installedAgents([...unusable, ...known.all], env)
  return {
    name: DEFAULT_PROFILE,
    agent: agentNamed(first?.name ?? command.name, known).name,
    plainHome: true,
    isolated: false,
    share: [],
    private: [],
    env: {},
    settings: {},
    command: null,
    apiKeyCommand: null,
    baseUrl: null,
    warnAt: null,
    warnings: [],
  }
}

/** What a `command` profile runs when it names no command. */
export function loginShell(env: Readonly<Record<string, string | undefined>>): string {
  return env.SHELL || userInfo().shell || '/bin/sh'
}
