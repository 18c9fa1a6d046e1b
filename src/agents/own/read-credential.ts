/** `[login]` of a definition: which file of the config folder holds the login, and what in it is one. Pure. */
import type { TomlTable } from '../../platform/files/toml-table.js'
import type { ClientLock, CredentialFacts } from '../agent-definition.js'
import { entryName, keyPath, lineOfText, listOf, oneOf, staleMs } from './agent-values.js'
import { KEY_PATHS, STALE } from './expected-values.js'

export function credentialOf(table: TomlTable): CredentialFacts {
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
