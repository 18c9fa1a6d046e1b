/** What is looked at: one picture of this perch, taken before the checks, which ask nobody but the disk and the system. */
import type { DaemonInfo } from '../api/control.js'
import type { Session } from '../api/session.js'
import type { PerchPaths } from '../platform/paths.js'
import type { ListedProfile } from '../profiles/store.js'

export interface Examination {
  readonly paths: PerchPaths
  readonly env: NodeJS.ProcessEnv
  /** The person's HOME. */
  readonly home: string
  readonly profiles: readonly ListedProfile[]
  /** Null while none runs: an examination starts nothing. */
  readonly daemon: DaemonInfo | null
  /** Live and ended ones; undefined when nobody could be asked. */
  readonly sessions: readonly Session[] | undefined
}

/** A profile whose file can be read. */
export type ReadableProfile = Extract<ListedProfile, { readonly problem: null }>

export function readableProfiles({ profiles }: Pick<Examination, 'profiles'>): readonly ReadableProfile[] {
  return profiles.filter((listed): listed is ReadableProfile => listed.profile !== null)
}
