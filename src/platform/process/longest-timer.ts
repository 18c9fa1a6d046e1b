/** Beyond this (24.8 days) Node fires a timer at once: the signed 32 bits that it counts in (`TimeoutOverflowWarning`). */
export const LONGEST_TIMER_MS = 2 ** 31 - 1
