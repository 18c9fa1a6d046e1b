/** What the campaigns share: random numbers that a seed brings back, a line of progress, the folder everything lies in. */
import { openWorkerFolder, removeWorkerFolder } from '../kit/worker-folder.js'

export interface CampaignRun {
  /** The next number, from 0 up to before 1. */
  readonly random: () => number
  /** One line for whoever watches. */
  readonly say: (line: string) => void
}

export function openRun(seed: number): CampaignRun {
  openWorkerFolder()
  return { random: seeded(seed), say: (line) => process.stdout.write(`${line}\n`) }
}

export async function closeRun(): Promise<void> {
  removeWorkerFolder()
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
