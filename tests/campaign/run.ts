/** What the campaigns share: random numbers that a seed brings back, a line of progress, the folder everything lies in. */
import { randomInt } from 'node:crypto'
import { collectLeaks, EMPTY_BASELINE, failOnLeaks } from '../kit/leak-check.js'
import { openWorkerFolder, removeWorkerFolder } from '../kit/worker-folder.js'

export interface CampaignRun {
  /** What the run is repeated with. */
  readonly seed: number
  /** The next number, from 0 up to before 1. */
  readonly random: () => number
  /** One line for whoever watches. */
  readonly say: (line: string) => void
}

/**
 * Opens the run's folder. Disposing ends what is left of the run, removes the folder, and throws when a part of the run
 * left a process, socket or folder behind; an interrupt (Ctrl-C) disposes and exits with 130.
 */
export function openRun(seed: number): CampaignRun & AsyncDisposable {
  openWorkerFolder()
  const interrupted = () => void close().finally(() => process.exit(130))
  const close = async () => {
    process.off('SIGINT', interrupted)
    try {
      failOnLeaks(await collectLeaks(EMPTY_BASELINE), 'the campaign')
    } finally {
      removeWorkerFolder()
    }
  }
  process.once('SIGINT', interrupted)
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  return { seed, random: seeded(seed), say, [Symbol.asyncDispose]: close }
}

/** For a run that nobody asked to repeat. */
export function anySeed(): number {
  return randomInt(2 ** 31)
}

/** The numbers of one round, which depend on no other round: it can be repeated alone, and rounds may run at once. */
export function roundRandom(seed: number, round: number): () => number {
  // The golden ratio in 32 bits: neighbouring rounds begin far from each other.
  return seeded(seed ^ Math.imul(round + 1, 0x9e3779b9))
}

/** The generator "mulberry32" by Tommy Ettinger: a good spread from 32 bits of state. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
