/** What goes wrong in a host after its child runs: lines on standard error, which the daemon points at `host.log`. */
import { writeSync } from 'node:fs'
import { inspect } from 'node:util'

/** A fault that repeats with every byte must not fill the disk. */
const REPORTS_LIMIT = 500

let reports = 0

/** Writes one problem down with its time. Never throws: there is nobody left to tell. */
export function report(problem: unknown): void {
  reports += 1
  if (reports > REPORTS_LIMIT) return
  try {
    const text = typeof problem === 'string' ? problem : inspect(problem)
    writeSync(2, `${new Date().toISOString()} ${text}\n`)
    if (reports === REPORTS_LIMIT) writeSync(2, 'nothing more is written here\n')
  } catch {
    // Standard error is closed or its disk is full; the session matters more.
  }
}
