/** `[[documents]]` of a definition: the JSON files that every profile has a replica of. Pure. */
import type { TomlTable } from '../../platform/files/toml-table.js'
import { trueOrFalse } from '../../platform/files/toml-values.js'
import type { CredentialFacts, DocumentDefinition } from '../agent-definition.js'
import { depth, entryName, keyPath, lineOfText, listOf, oneOf, staleMs } from './agent-values.js'
import { KEY_PATHS, STALE } from './expected-values.js'

export function documentsOf(tables: readonly TomlTable[], credential: CredentialFacts): readonly DocumentDefinition[] {
  const taken = new Set([credential.file])
  return tables.map((table) => {
    const document = documentOf(table, taken)
    taken.add(document.name)
    return document
  })
}

function documentOf(table: TomlTable, taken: ReadonlySet<string>): DocumentDefinition {
  const name = table.required('name', 'the name of a JSON file that is not the login and has no other [[documents]]', (value) => {
    const file = entryName(value)
    return file === undefined || taken.has(file) ? undefined : file
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
