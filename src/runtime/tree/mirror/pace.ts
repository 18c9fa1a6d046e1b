/**
 * The work of a mirror is tens of thousands of system calls of microseconds each. Made one by one through the thread pool they
 * cost two to three times as much, and calls on one folder wait for each other in the kernel (measured); made in one go they
 * would hold up the whole daemon. So they are synchronous, in slices.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'

/** Short beside the 20 ms window in which the engine gathers changes. */
const SLICE_MS = 5

export interface Pace {
  /** Whether the slice is over. Asked between any two entries, hence no promise. */
  isDue(): boolean
  /** Lets everything else in the process have its turn. */
  rest(): Promise<void>
}

export function startPace(): Pace {
  let from = performance.now()
  return {
    isDue: () => performance.now() - from > SLICE_MS,
    rest: async () => {
      await nextTurn()
      from = performance.now()
    },
  }
}
