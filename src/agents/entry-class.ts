/** Sorts the names at the top level of an agent's config folder into classes. Pure; what happens to each class is the runtime's. */
import { STAGING_SUFFIX } from '../platform/files/atomic-file.js'
import type { EntryClass, Relocation } from './agent-definition.js'
import { matchesAny } from './pattern.js'

/** What a profile changes about the classes of its entries. */
export interface EntryOverrides {
  readonly share: readonly string[]
  readonly private: readonly string[]
  /** Shares nothing. */
  readonly isolated: boolean
}

/**
 * The class of an entry. Credential and documents cannot be moved to another class by a profile, nor can locks and staging
 * files be shared; `private` wins over `share` when a profile names an entry in both.
 */
export function classifyEntry(relocation: Relocation, name: string, overrides: EntryOverrides): EntryClass {
  if (name === relocation.credential.file) return 'credential'
  if (relocation.documents.some((document) => document.name === name)) return 'document'
  if (overrides.isolated || isTransientEntry(relocation, name)) return 'private'
  if (overrides.private.includes(name)) return 'private'
  if (overrides.share.includes(name)) return 'shared'
  if (matchesAny(relocation.entries.private, name)) return 'private'
  if (matchesAny(relocation.entries.shared, name)) return 'shared'
  return relocation.entries.unlisted
}

/** Whether the name is that of a lock or of a file being written: it means nothing once its process is gone. */
export function isTransientEntry(relocation: Relocation, name: string): boolean {
  return name.endsWith(STAGING_SUFFIX) || matchesAny(relocation.entries.transient, name)
}
