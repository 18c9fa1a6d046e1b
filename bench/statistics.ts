/** Figures of repeated runs. The median is quoted and ratios of medians compared: absolute times mean little on shared machines. */

export interface Figures {
  readonly runs: number
  readonly p50: number
  readonly p99: number
  readonly min: number
}

export function figuresOf(values: readonly number[]): Figures {
  if (values.length === 0) throw new RangeError('figures of no runs')
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number
  return { runs: sorted.length, p50: at(0.5), p99: at(0.99), min: sorted[0] as number }
}

/**
 * Runs each contender once per round, in turn, so that a machine that slows down slows all of them. The first round is
 * a warm-up and not counted. Values are milliseconds.
 */
export async function inTurn<Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Record<Name, Figures>> {
  const names = Object.keys(contenders) as Name[]
  const values = new Map(names.map((name) => [name, [] as number[]]))
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const ms = await contenders[name]()
      if (round > 0) values.get(name)?.push(ms)
    }
  }
  return Object.fromEntries(names.map((name) => [name, figuresOf(values.get(name) ?? [])])) as Record<Name, Figures>
}
