/**
 * An agent definition of a person's own, from its TOML table: the same facts as those of the built-in agents, with defaults that
 * share nothing by accident. Pure; `agents-folder.ts` finds and reads the files. docs/agents.md explains each key to people.
 */
import type { TomlFile } from '../../platform/files/toml-file.js'
import { TomlTable } from '../../platform/files/toml-table.js'
import { trueOrFalse } from '../../platform/files/toml-values.js'
import type { AgentDefinition } from '../agent-definition.js'
import { entryName, lineOfText, listOf } from './agent-values.js'
import { environmentOf } from './read-environment.js'
import { relocationOf } from './read-relocation.js'

export const AGENT_FILE_CODE = 'bad-agent-file'

export interface AgentFile {
  readonly definition: AgentDefinition
  /** Whether it is meant to stand in for the built-in agent of its name. */
  readonly replacesBuiltIn: boolean
  /** What is odd in the file and does no harm, as sentences. */
  readonly warnings: readonly string[]
}

/**
 * The definition of the agent `name` that the file holds.
 * @throws PerchError `bad-agent-file`, naming the file, the line, the key and what was expected
 */
export function parseAgentFile(file: TomlFile, name: string): AgentFile {
  const table = new TomlTable(file, AGENT_FILE_CODE)
  const commands = table.required('commands', 'a list of programs, best first', (value) => {
    const programs = listOf(entryName)(value)
    return programs?.length ? programs : undefined
  })
  const title = table.value('title', 'a line of text', lineOfText) ?? name
  const definition: AgentDefinition = {
    name,
    title,
    commands,
    installHint:
      table.value('install-hint', 'a line of text', lineOfText) ??
      `Install ${title}, or name its program in config.toml: command under [agents.${name}].`,
    loginHint: table.value('login-hint', 'a line of text', lineOfText) ?? 'Run `perch run {profile}` and log in there.',
    account: null,
    conversation: null,
    signals: null,
    cleanupSetting: null,
    relocation: relocationOf(table),
    environment: environmentOf(table.table('environment')),
  }
  const replacesBuiltIn = table.value('replaces-built-in', 'true or false', trueOrFalse) ?? false
  return { definition, replacesBuiltIn, warnings: table.unknownKeys() }
}
