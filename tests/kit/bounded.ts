/**
 * Waits of the tests: each has a bound and says, when it is reached, what was waited for and what was there instead.
 * Nothing here makes a test pass by sleeping: `within` waits for an event, `until` looks at a condition that nothing announces.
 */
import { setTimeout as sleep } from 'node:timers/promises'

/** How often `until` looks. Files, screens of other terminals and process tables announce nothing that could be awaited. */
const LOOK_EVERY_MS = 10

/** The promise's value, or an error naming what was waited for when it takes longer than `boundMs`. */
export async function within<T>(promise: Promise<T>, boundMs: number, waitedFor: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const bound = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${boundMs} ms: ${waitedFor()}`)), boundMs)
  })
  try {
    return await Promise.race([promise, bound])
  } finally {
    clearTimeout(timer)
  }
}

/** How long something may take that is a matter of milliseconds, on a machine that is busy with other tests. */
const SEEN_BOUND_MS = 30_000

/** Waits until the look gives true: for what perch or a client does by itself. */
export async function seen(what: string, look: () => boolean): Promise<void> {
  await until(look, SEEN_BOUND_MS, () => what)
}

/** Looks until `look` gives something other than undefined or false, at most `boundMs`. */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  boundMs: number,
  waitedFor: () => string,
): Promise<T> {
  const deadline = performance.now() + boundMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    if (performance.now() >= deadline) throw new Error(`not within ${boundMs} ms: ${waitedFor()}`)
    await sleep(LOOK_EVERY_MS)
  }
}
