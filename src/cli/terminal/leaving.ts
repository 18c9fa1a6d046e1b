/** What it takes not to leave a terminal raw, whatever ends perch from outside. */
/** What ends perch from outside, or stops it, which would leave the terminal raw (in raw mode Ctrl-Z goes to the program). */
export const LEAVING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGTSTP'] as const
