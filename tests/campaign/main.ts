/**
 * What takes longer than a test may, in real processes in a temporary home: `npm run campaign -- sessions [SEED [ROW…]]` for
 * the promises that are counted in thousands, `npm run campaign -- faults [ROUNDS [SEED]]` for faults at random moments,
 * `npm run campaign -- runtime [SEED [COUNT [MODE]]]` for interleavings of everybody who touches the runtimes of profiles.
 * Prints its seed, so that a failure can be looked at again; ends with 1 when anything was lost or a bar is missed.
 */
import { inspect } from 'node:util'
import { faults } from './faults.js'
import { runtime } from './runtime.js'
import { sessions } from './sessions.js'

/** Each takes its arguments as they were given, and says whether every bar was met. */
const campaigns: ReadonlyMap<string, (args: readonly string[]) => Promise<boolean>> = new Map([
  ['sessions', sessions],
  ['faults', faults],
  ['runtime', runtime],
])

const [name = '', ...args] = process.argv.slice(2)
const campaign = campaigns.get(name)
if (campaign === undefined) {
  process.stderr.write(`usage: npm run campaign -- ${[...campaigns.keys()].join('|')} [ARGUMENT…]\n`)
  process.exitCode = 64
} else {
  try {
    if (!(await campaign(args))) process.exitCode = 1
  } catch (error) {
    process.stderr.write(`${inspect(error)}\n`)
    process.exitCode = 1
  }
}
