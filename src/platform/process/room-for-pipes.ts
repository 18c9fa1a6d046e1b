/**
 * Whether a child can be given pipes by Node. Asked before the spawn, since Node keeps its own ends for ever when the spawn
 * meets the limit of open files (`ChildProcess.prototype.spawn` returns on EMFILE before it closes them): a program at its
 * limit would come closer to it with every try.
 */
import { closeSync, openSync } from 'node:fs'

/** A pipe has two ends, and libuv hears through one more whether the program could be run. */
const ENDS_OF_A_PIPE = 2

/**
 * Opens as many files as a spawn with that many pipes does, and closes them again.
 * @throws the system's error (EMFILE, ENFILE) when there is no room for them
 */
export function requireRoomForPipes(pipes: number): void {
  if (pipes === 0) return
  const opened: number[] = []
  try {
    while (opened.length < (pipes + 1) * ENDS_OF_A_PIPE) opened.push(openSync('/dev/null', 'r'))
  } finally {
    for (const fd of opened) closeSync(fd)
  }
}
