/** Which conflicts the words after `perch sync resolve` mean. Pure. */

export interface MeantConflicts {
  readonly profile: string | undefined
  /** Ids, or beginnings of ids; none for all of the profile. */
  readonly ids: readonly string[]
}

/**
 * The first word is the name of a profile if there is such a profile, also where it could be the beginning of an id. A single
 * word that can be no id is taken for the name of a profile, so that whoever mistypes one is told the names.
 */
export function meantConflicts([first, ...others]: readonly string[], profiles: readonly string[]): MeantConflicts {
  if (first === undefined) return { profile: undefined, ids: [] }
  if (profiles.includes(first) || !/^[0-9a-f]{1,6}$/.test(first)) return { profile: first, ids: others }
  return { profile: undefined, ids: [first, ...others] }
}
