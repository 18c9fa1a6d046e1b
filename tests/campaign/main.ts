/**
 * Faults at random moments, for longer than a test may take: `npm run campaign [-- ROUNDS [SEED]]`. Real daemons, hosts and
 * programs in a temporary home; what a round must keep is checked to the last byte. Prints its seed, so that a failure can
 * be looked at again.
 */
import { randomInt } from 'node:crypto'
import { closeRun, openRun } from './run.js'
import { startAtOnce } from './start-at-once.js'
import { survivingKills } from './surviving-kills.js'

const DEFAULT_ROUNDS = 30

const [rounds = DEFAULT_ROUNDS, seed = randomInt(2 ** 31)] = process.argv.slice(2).map(Number)
process.stdout.write(`${rounds} rounds, seed ${seed}\n`)
const run = openRun(seed)
try {
  await startAtOnce(run, rounds)
  await survivingKills(run, rounds)
  process.stdout.write('nothing was lost\n')
} finally {
  await closeRun()
}
