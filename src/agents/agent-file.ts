/**
 * An agent definition of a person's own, from its TOML table: the same facts as those of the built-in agents, with defaults that
 * share nothing by accident. Pure; `agents-folder.ts` finds and reads the files. docs/agents.md explains each key to people.
 */
import { STAGING_SUFFIX } from '../platform/files/atomic-file.js'
import type { TomlFile } from '../platform/files/toml-file.js'
import { TomlTable } from '../platform/files/toml-table.js'
import type {
  AgentDefinition,
  ClientLock,
  CredentialFacts,
  DocumentDefinition,
  EntryRules,
  EnvironmentFacts,
  Relocation,
} from './agent-definition.js'
import {
  depth,
  entryName,
  keyPath,
  lineOfText,
  listOf,
  oneOf,
  ownVariable,
  pathBelow,
  staleMs,
  trueOrFalse,
  variablePattern,
} from './agent-values.js'

export const AGENT_FILE_CODE = 'bad-agent-file'

export interface AgentFile {
  readonly definition: AgentDefinition
  /** Whether it is meant to stand in for the built-in agent of its name. */
  readonly replacesBuiltIn: boolean
  /** What is odd in the file and does no harm, as sentences. */
  readonly warnings: readonly string[]
}

const NAMES = 'a list of names at the top level of the config folder, in which * stands for anything'
const PLAIN_NAMES = 'a list of names at the top level of the config folder'
const KEY_PATHS = 'a list of keys, each as "key", "table.key" or ["table", "key"]'
const VARIABLES = 'a list of variables, in which * stands for anything'
const OWN_VARIABLE = 'a variable of the agent (not one such as PATH, HOME, LD_PRELOAD or PERCH_HOME)'
const STALE = 'milliseconds from 1000 to 3600000'

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
    relocation: relocationOf(table),
    environment: environmentOf(table.table('environment')),
  }
  const replacesBuiltIn = table.value('replaces-built-in', 'true or false', trueOrFalse) ?? false
  return { definition, replacesBuiltIn, warnings: table.unknownKeys() }
}

function relocationOf(root: TomlTable): Relocation | null {
  const [home, login] = [root.table('home'), root.table('login')]
  const entries = root.table('entries')
  const documents = root.tables('documents')
  if (home === undefined) {
    // Without a config folder of its own a profile has none of these, and whoever wrote them expects that it has.
    const orphan = [login && 'login', entries && 'entries', documents.length > 0 && 'documents'].find(Boolean)
    if (orphan) throw root.wrong(orphan, 'together with [home], which says how the config folder is moved')
    return null
  }
  if (login === undefined) throw root.wrong('login', 'a table: which file of the config folder holds the login')
  const credential = credentialOf(login)
  return {
    variable: home.required('variable', OWN_VARIABLE, ownVariable),
    within: home.value('within', 'the name of a folder', entryName) ?? '',
    defaultHome: home.required('default', 'the path of the config folder below HOME, such as ".marvin"', pathBelow),
    entries: entriesOf(entries),
    documents: documents.map((document, index) => documentOf(document, documents.slice(0, index), credential)),
    credential,
    processFolder: null,
  }
}

function credentialOf(table: TomlTable): CredentialFacts {
  const time = (key: string) => table.value(key, 'a key, as "key", "table.key" or ["table", "key"]', keyPath) ?? null
  return {
    file: table.required('file', 'the name of a file in the config folder', entryName),
    block: table.value('block', 'the key of the table that holds the login', lineOfText) ?? null,
    tokens: table.required('tokens', KEY_PATHS, (value) => {
      const paths = listOf(keyPath)(value)
      return paths?.length ? paths : undefined
    }),
    expiresAt: time('expires-at'),
    endsAt: time('ends-at'),
    maps: table.value('maps', 'a list of keys', listOf(lineOfText)) ?? [],
    locks: table.tables('locks').map(lockOf),
  }
}

function lockOf(table: TomlTable): ClientLock {
  const place = table.required('place', '"inside" or "beside"', oneOf('inside', 'beside'))
  return {
    place,
    // `<config>.lock` needs no name.
    name: place === 'beside' ? '' : table.required('name', 'the name of the lock folder, without ".lock"', entryName),
    staleMs: table.required('stale-ms', STALE, staleMs),
  }
}

function entriesOf(table: TomlTable | undefined): EntryRules {
  const names = (key: string, expected: string) => table?.value(key, expected, listOf(entryName)) ?? []
  return {
    private: names('private', NAMES),
    shared: names('shared', NAMES),
    unlisted: table?.value('unlisted', '"private" or "shared"', oneOf('private', 'shared')) ?? 'private',
    transient: table?.value('transient', NAMES, listOf(entryName)) ?? ['*.lock', '*.tmp', '*.tmp.*'],
    sharedFolders: names('shared-folders', PLAIN_NAMES),
    sharedFiles: names('shared-files', PLAIN_NAMES),
    privateFolders: names('private-folders', PLAIN_NAMES),
    appendOnly: names('append-only', PLAIN_NAMES),
  }
}

function documentOf(table: TomlTable, earlier: readonly TomlTable[], credential: CredentialFacts): DocumentDefinition {
  const name = table.required('name', 'the name of a JSON file that is not the login and has no other [[documents]]', (value) => {
    const file = entryName(value)
    const isTaken = file === credential.file || earlier.some((other) => other.value('name', '', entryName) === file)
    return isTaken || file?.endsWith(STAGING_SUFFIX) ? undefined : file
  })
  return {
    name,
    sharedIn: table.value('shared-in', '"home" or "shared-home"', oneOf('home', 'shared-home')) ?? 'shared-home',
    privateKeys: table.value('private-keys', KEY_PATHS, listOf(keyPath)) ?? [],
    mergeDepth: table.table('merge-depth')?.entries('a number from 1 to 8', (_, value) => depth(value)) ?? {},
    quietKeys: table.value('quiet-keys', 'a list of keys, in which * stands for anything', listOf(lineOfText)) ?? [],
    takesOverlay: table.value('takes-overlay', 'true or false', trueOrFalse) ?? false,
    lockStaleMs: table.value('lock-stale-ms', STALE, staleMs) ?? null,
  }
}

function environmentOf(table: TomlTable | undefined): EnvironmentFacts {
  const variables = (key: string) => table?.value(key, VARIABLES, listOf(variablePattern)) ?? []
  const texts = (key: string) => table?.value(key, 'a list of arguments', listOf(lineOfText)) ?? []
  const paths = (key: string) =>
    table
      ?.table(key)
      ?.entries('a path below the folder, with a variable of the agent as its key', (variable, value) =>
        ownVariable(variable) === undefined ? undefined : pathBelow(value),
      ) ?? {}
  const loginVariables = table?.value('login-variables', 'a list of variables', listOf(ownVariable)) ?? []
  return {
    // A login in the shell would outrank the profile's own.
    scrubbed: [...new Set([...variables('scrubbed'), ...loginVariables])],
    nesting: variables('nesting'),
    belowSharedHome: paths('below-shared-home'),
    databases: paths('databases'),
    loginVariables,
    baseUrlVariable: table?.value('base-url-variable', OWN_VARIABLE, ownVariable) ?? null,
    baseUrlArguments: texts('base-url-arguments'),
    apiKeyCommandSetting: table?.value('api-key-command-setting', 'the key of a setting', lineOfText) ?? null,
    argumentsInHome: texts('arguments-in-home'),
  }
}
