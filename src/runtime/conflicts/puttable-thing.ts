/** A kept thing that has a place to be put back to. */
import { PerchError } from '../../platform/perch-error.js'
import type { KeptThing } from './list-kept.js'

export interface PuttableThing extends KeptThing {
  readonly path: string
  readonly target: string
}

/** The error for a place that is not there any more. */
export function targetGone({ id, path }: PuttableThing, why: string): PerchError {
  return new PerchError('target-gone', `${id} cannot be put back: ${why}`, { hint: `The copy stays where it is: ${path}` })
}

/** The error for a place that is being written. */
export function targetBusy(target: string): PerchError {
  return new PerchError('lock-timeout', `an agent is writing ${target} just now`, { hint: 'Nothing was changed. Try again.' })
}
