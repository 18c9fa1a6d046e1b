/** What a rule looks at: the folders after everything has ended, and what everybody did. */
import type { ProfileLab } from '../../../runtime/profile-lab.js'
import type { Happening } from '../history.js'

export interface Outcome {
  /** One for each profile, of one person. */
  readonly labs: readonly ProfileLab[]
  readonly history: readonly Happening[]
}

/** The lab by which the person's own folders are found. */
export function personOf({ labs }: Outcome): ProfileLab {
  const [first] = labs
  if (first === undefined) throw new RangeError('an outcome has profiles')
  return first
}
