/** The end of the program, with the exit code that was decided. */
import { isatty } from 'node:tty'

/** Which of the standard streams were terminals when perch started, as Node itself found them. */
const TERMINALS_AT_START = [0, 1, 2].filter((fd) => isatty(fd))

/**
 * Ends the process. Node restores the modes of the terminals it was started on and aborts, with a core dump, where one of
 * them was hung up meanwhile (`node::ResetStdio`, seen as SIGABRT); then the end is the hang-up's own.
 */
export function endProcess(exitCode: number): void {
  const isHungUp = TERMINALS_AT_START.some((fd) => !isatty(fd))
  if (!isHungUp) process.exit(exitCode)
  process.removeAllListeners('SIGHUP')
  process.kill(process.pid, 'SIGHUP')
}
