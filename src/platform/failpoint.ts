/**
 * Places where a test may have the process killed, as SIGKILL or a power cut would. Off unless `PERCH_FAILPOINT` names
 * the place; what a crash there leaves behind is repaired by the next run, and the tests prove it for each name.
 */

/** Dies here with SIGKILL when `PERCH_FAILPOINT` is `name`; does nothing otherwise. */
export function failpoint(name: string): void {
  if (process.env.PERCH_FAILPOINT === name) process.kill(process.pid, 'SIGKILL')
}
