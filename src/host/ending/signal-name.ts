/** The names of signals as people and programs write them. */
import { constants } from 'node:os'
import { PerchError } from '../../platform/perch-error.js'

/**
 * The signal of this name, with or without `SIG`.
 * @throws PerchError `bad-signal`
 */
export function signalNamed(name: string): NodeJS.Signals {
  const full = name.startsWith('SIG') ? name : `SIG${name}`
  const known = (Object.keys(constants.signals) as NodeJS.Signals[]).find((signal) => signal === full)
  if (known) return known
  throw new PerchError('bad-signal', `there is no signal ${JSON.stringify(name)}`, { hint: 'For instance INT, TERM, HUP, USR1.' })
}
