/** Who asks, in words for somebody else to whom it is done. */
import { readlinkSync } from 'node:fs'
import { isatty } from 'node:tty'
import { errnoOf } from '../../platform/perch-error.js'

/** `session 3f2a91c0`, `/dev/pts/3`, or `process 4711` where there is no terminal. */
export function askingPerson(env: NodeJS.ProcessEnv): string {
  if (env.PERCH_SESSION) return `session ${env.PERCH_SESSION}`
  return ownTerminal() ?? `process ${process.pid}`
}

/** The path of the terminal, where the system tells it. */
function ownTerminal(): string | undefined {
  const fd = [0, 1, 2].find((number) => isatty(number))
  if (fd === undefined) return undefined
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return undefined
  }
}
