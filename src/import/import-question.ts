/** What an import decides on: everything that was found, and everything that is in use. */
import type { PerchPaths } from '../platform/paths.js'
import type { FoundAccount, LoginHolder, SourceName } from './found-account.js'
import type { ImportNote } from './import-note.js'

/** A profile that there is, as an import sees it. */
export interface ExistingProfile {
  readonly name: string
  readonly note: ImportNote | undefined
  /** Its login; null when it has none that perch can see. */
  readonly holder: LoginHolder | null
}

export interface ImportQuestion {
  readonly paths: PerchPaths
  /** Everything that the sources hold, also those that were not asked for. */
  readonly accounts: readonly FoundAccount[]
  /** Whether the account was asked for. */
  readonly isWanted: (account: Pick<FoundAccount, 'source' | 'key'>) => boolean
  readonly profiles: readonly ExistingProfile[]
  /** The logins of the agents' plain homes: alive, and never touched. */
  readonly plainHomes: readonly LoginHolder[]
  /** Other places that hold a login. */
  readonly holders: readonly LoginHolder[]
  /** A process of the tool itself, which may use any of its logins at any moment. */
  readonly running: ReadonlyMap<SourceName, number>
}
