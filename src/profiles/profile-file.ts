/**
 * `profile.toml`: what it may hold, and what each value means. A key that this version does not know is kept and warned
 * about; a value of the wrong kind is an error that names the file, the line, the key and what was expected.
 */
import { agentNamed, type KnownAgents } from '../agents/known-agents.js'
import { readTomlIfPresent, type TomlFile, wrongTomlValue } from '../platform/files/toml-file.js'
import { messageOf, PerchError } from '../platform/perch-error.js'
import type { ProfileDefinition } from './profile-definition.js'
import { entryNames, isVariable, PROFILE_KEYS } from './profile-keys.js'

/**
 * Reads a profile's file.
 * @throws PerchError `corrupt-profile` when it is missing, is not TOML or holds a wrong value
 */
export function readProfileFile(path: string, name: string, known: KnownAgents): ProfileDefinition {
  const file = readTomlIfPresent(path, 'corrupt-profile')
  if (file === undefined) {
    throw new PerchError('corrupt-profile', `the profile ${name} has no ${path}`, {
      hint: `Remove it with: perch profile rm ${name}`,
    })
  }
  return profileOf(file, name, known)
}

/** The table of a new profile's file. */
export function profileTable(profile: {
  readonly agent: string
  readonly env: Readonly<Record<string, string>>
  readonly command: readonly string[] | null
  readonly baseUrl: string | null
  readonly settings: Readonly<Record<string, unknown>>
}): Readonly<Record<string, unknown>> {
  return {
    agent: profile.agent,
    ...(profile.command === null ? {} : { command: profile.command }),
    ...(profile.baseUrl === null ? {} : { 'base-url': profile.baseUrl }),
    ...(Object.keys(profile.env).length === 0 ? {} : { env: profile.env }),
    ...(Object.keys(profile.settings).length === 0 ? {} : { settings: profile.settings }),
  }
}

/**
 * The profile that a file defines.
 * @throws PerchError `corrupt-profile` when it holds a wrong value
 */
export function profileOf(file: TomlFile, name: string, known: KnownAgents): ProfileDefinition {
  const { table } = file
  for (const [key, rule] of Object.entries(PROFILE_KEYS)) {
    if (table[key] !== undefined && !rule.accepts(table[key])) throw wrongTomlValue(file, [key], rule.expected, 'corrupt-profile')
  }
  const agent = stringAt(table, 'agent')
  if (agent === null) throw wrongTomlValue(file, ['agent'], 'set to the name of an agent', 'corrupt-profile')
  return {
    name,
    agent: knownAgent(file, agent, known),
    plainHome: false,
    isolated: table.isolated === true,
    share: entryNames(table.share),
    private: entryNames(table.private),
    env: variables(file),
    settings: tableAt(table, 'settings'),
    command: Array.isArray(table.command) ? table.command.map(String) : null,
    apiKeyCommand: stringAt(table, 'api-key-command'),
    baseUrl: stringAt(table, 'base-url'),
    warnAt: typeof table['warn-at'] === 'number' ? table['warn-at'] : null,
    warnings: [
      ...Object.keys(table)
        .filter((key) => !Object.hasOwn(PROFILE_KEYS, key))
        .map((key) => `${file.path}, line ${file.lineOf([key])}: unknown key ${key} (kept, not used)`),
      ...(known.warnings.get(agent) ?? []),
    ],
  }
}

function knownAgent(file: TomlFile, agent: string, known: KnownAgents): string {
  try {
    return agentNamed(agent, known).name
  } catch (cause) {
    throw new PerchError('corrupt-profile', `${file.path}, line ${file.lineOf(['agent'])}: agent: ${messageOf(cause)}`, {
      cause,
      hint: cause instanceof PerchError ? cause.hint : undefined,
    })
  }
}

function variables(file: TomlFile): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(tableAt(file.table, 'env')).map(([key, value]) => {
      if (!isVariable(key, value)) {
        throw wrongTomlValue(file, ['env', key], 'a string', 'corrupt-profile')
      }
      return [key, value]
    }),
  )
}

function tableAt(table: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  const value = table[key]
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function stringAt(table: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = table[key]
  return typeof value === 'string' ? value : null
}
