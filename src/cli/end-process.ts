/** The end of the program, with the exit code that was decided. */
import { fstatSync, statSync } from 'node:fs'

/** Which of the standard streams were terminals when perch started, as Node itself found them. */
const TERMINALS_AT_START = [0, 1, 2].filter(isTerminal)

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

/** Asks only of a device that can be one: what `node:tty` loads costs a command in a pipe 3 ms. */
function isTerminal(fd: number): boolean {
  if (process.platform === 'win32') return isatty(fd)
  const device = fstatSync(fd)
  return device.isCharacterDevice() && device.rdev !== statSync('/dev/null').rdev && isatty(fd)
}

function isatty(fd: number): boolean {
  return process.getBuiltinModule('node:tty').isatty(fd)
}
