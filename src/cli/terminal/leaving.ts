/** What it takes not to leave a terminal raw, whatever ends perch from outside. */
import type { FirstEnd } from '../first-end.js'
import type { OuterTerminal } from './outer-terminal.js'

/** What ends perch from outside, or stops it, which would leave the terminal raw (in raw mode Ctrl-Z goes to the program). */
export const LEAVING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGTSTP'] as const

/**
 * Until the terminal is in raw mode it makes signals of keys. Such a signal ends perch, and the program that switches the modes
 * as well, whose failure is then no news.
 */
export async function enterRawUnlessEnding(
  terminal: Pick<OuterTerminal, 'enterRaw'>,
  ending: Pick<FirstEnd<unknown>, 'current'>,
): Promise<void> {
  try {
    await terminal.enterRaw()
  } catch (error) {
    if (ending.current === undefined) throw error
  }
}
