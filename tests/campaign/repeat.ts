/**
 * One thing, many times: each round with random numbers of its own and a bound, some rounds at once, and every round that
 * lost something told with its number. A round that throws or hangs counts as one that lost.
 */
import { messageOf } from '../../src/platform/perch-error.js'
import { within } from '../kit/bounded.js'
import { type CampaignRun, roundRandom } from './run.js'

export interface Round {
  readonly index: number
  /** From 0 up to before 1. */
  readonly random: () => number
}

export interface Tally {
  readonly rounds: number
  /** One line for each round that lost something. */
  readonly losses: readonly string[]
}

export interface Repetition {
  readonly what: string
  readonly rounds: number
  /** Rounds that run at the same time; 1 when absent. */
  readonly atOnce?: number
  /** The bound of one round. */
  readonly boundMs?: number
}

/** The longest round moves 64 MiB through a command on a machine that is busy with another. */
const ROUND_BOUND_MS = 120_000
/** More would say nothing new, and rounds that hang take their whole bound. */
const LOSSES_LIMIT = 20
/** So many lines of progress for one repetition. */
const PROGRESS_LINES = 4

/** Runs `once` for every round; it resolves with what was lost, undefined when nothing was. */
export async function repeat(
  run: CampaignRun,
  { what, rounds, atOnce = 1, boundMs = ROUND_BOUND_MS }: Repetition,
  once: (round: Round) => Promise<string | undefined>,
): Promise<Tally> {
  const losses: string[] = []
  const step = Math.ceil(rounds / PROGRESS_LINES)
  const from = performance.now()
  let next = 0
  let done = 0
  const worker = async () => {
    while (next < rounds && losses.length < LOSSES_LIMIT) {
      const index = next++
      const lost = await within(
        once({ index, random: roundRandom(run.seed, index) }),
        boundMs,
        () => 'the end of the round',
      ).catch((error: unknown) => messageOf(error))
      done += 1
      if (lost !== undefined) {
        losses.push(`round ${index}: ${lost}`)
        run.say(`  ${what}, round ${index}: ${lost}`)
      }
      if (done % step === 0) run.say(`  ${what}: ${done} of ${rounds}, ${seconds(from)} s`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return { rounds: done, losses }
}

function seconds(from: number): string {
  return ((performance.now() - from) / 1000).toFixed(0)
}
