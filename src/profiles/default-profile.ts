/**
 * The profile `default`: the first agent found installed, on its plain home with its login untouched, else the login shell.
 * It has no folder and no file.
 */
import { userInfo } from 'node:os'
import { installedAgents } from '../agents/registry.js'
import type { ProfileDefinition } from './profile-definition.js'
import { DEFAULT_PROFILE } from './profile-name.js'

/** `default` for a person with this environment (its PATH decides which agent). */
export function defaultProfile(env: Readonly<Record<string, string | undefined>>): ProfileDefinition {
  return {
    name: DEFAULT_PROFILE,
    agent: installedAgents(env)[0]?.name ?? 'command',
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
