/** `faults [ROUNDS [SEED]]`: daemons that start at once and daemons that are killed, at random moments. */
import { anySeed, openRun } from './run.js'
import { startAtOnce } from './start-at-once.js'
import { survivingKills } from './surviving-kills.js'

const DEFAULT_ROUNDS = 30

/** True; whatever is lost is thrown. */
export async function faults([rounds = DEFAULT_ROUNDS, seed = anySeed()]: readonly (string | number)[]): Promise<boolean> {
  await using run = openRun(Number(seed))
  run.say(`${rounds} rounds, seed ${seed}`)
  await startAtOnce(run, Number(rounds))
  await survivingKills(run, Number(rounds))
  run.say('nothing was lost')
  return true
}
