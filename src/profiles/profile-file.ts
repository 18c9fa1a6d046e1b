/**
 * `profile.toml`: what it may hold, and what each value means. A key that this version does not know is kept and warned
 * about; a value of the wrong kind is an error that names the file, the line, the key and what was expected.
 */
import { agentNamed, type KnownAgents } from '../agents/known-agents.js'
import { readTomlIfPresent, type TomlFile, wrongTomlValue } from '../platform/files/toml-file.js'
import { messageOf, PerchError } from '../platform/perch-error.js'
import type { ProfileDefinition } from './profile-definition.js'

type Check = (value: unknown) => boolean

interface KeyRule {
  readonly expected: string
  readonly accepts: Check
}

const isString: Check = (value) => typeof value === 'string' && value !== ''
const isStrings: Check = (value) => Array.isArray(value) && value.every((item) => typeof item === 'string')
const isTable: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

const RULES: Readonly<Record<string, KeyRule>> = {
  agent: { expected: 'the name of an agent', accepts: isString },
  isolated: { expected: 'true or false', accepts: (value) => typeof value === 'boolean' },
  share: { expected: 'a list of names at the top level of the config folder', accepts: isEntryNames },
  private: { expected: 'a list of names at the top level of the config folder', accepts: isEntryNames },
  env: { expected: 'a table of strings', accepts: isTable },
  settings: { expected: 'a table', accepts: isTable },
  command: {
    expected: 'a list of strings, the program first',
    accepts: (value) => isStrings(value) && Array.isArray(value) && value.length > 0,
  },
  'api-key-command': { expected: 'a string', accepts: isString },
  'base-url': { expected: 'a URL that starts with http:// or https://', accepts: isWebAddress },
  'warn-at': { expected: 'a number from 0 to 100', accepts: (value) => typeof value === 'number' && value >= 0 && value <= 100 },
}

/** A name that the shell and the kernel take for a variable. */
const VARIABLE_NAME = /^[^=\0]+$/

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
}): Readonly<Record<string, unknown>> {
  return {
    agent: profile.agent,
    ...(profile.command === null ? {} : { command: profile.command }),
    ...(Object.keys(profile.env).length === 0 ? {} : { env: profile.env }),
  }
}

/** Whether a variable can be given to a process at all. */
export function isVariableName(name: string): boolean {
  return VARIABLE_NAME.test(name)
}

function profileOf(file: TomlFile, name: string, known: KnownAgents): ProfileDefinition {
  const { table } = file
  for (const [key, rule] of Object.entries(RULES)) {
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
        .filter((key) => !Object.hasOwn(RULES, key))
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
      if (typeof value !== 'string' || value.includes('\0') || !isVariableName(key)) {
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

function entryNames(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((name) => String(name).replace(/\/+$/, '')) : []
}

function isEntryNames(value: unknown): boolean {
  return (
    isStrings(value) && entryNames(value).every((name) => name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name))
  )
}

function isWebAddress(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)
}
