/** `[home]` and `[entries]` of a definition: how the config folder is moved, and whose each entry in it is. Pure. */
import type { TomlTable } from '../../platform/files/toml-table.js'
import type { EntryRules, Relocation } from '../agent-definition.js'
import { entryName, listOf, oneOf, ownVariable, pathBelow } from './agent-values.js'
import { NAMES, OWN_VARIABLE, PLAIN_NAMES } from './expected-values.js'
import { credentialOf } from './read-credential.js'
import { documentsOf } from './read-documents.js'

/** Null where the config folder cannot be moved. `root` is the whole file. */
export function relocationOf(root: TomlTable): Relocation | null {
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
    documents: documentsOf(documents, credential),
    credential,
    identity: null,
    processFolder: null,
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
