/** What ends the dashboard from outside, and what must be done with the terminal whatever ends it from inside. */
import { constants } from 'node:os'

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/** Signals that are the business of whoever has the terminal: the keyboard sends them. */
const OF_THE_KEYBOARD: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT'])

/**
 * Tells of the signals that end it, with the exit code that shells give for them. While `hasTerminal` says no, those of the
 * keyboard are for whoever has it. Returns the way to stop that.
 */
export function onEndingSignal(hasTerminal: () => boolean, told: (exitCode: number) => void): () => void {
  const take = (signal: NodeJS.Signals) => {
    if (hasTerminal() || !OF_THE_KEYBOARD.has(signal)) told(128 + constants.signals[signal])
  }
  for (const signal of ENDING_SIGNALS) process.on(signal, take)
  return () => {
    for (const signal of ENDING_SIGNALS) process.off(signal, take)
  }
}

/** Has it done when the process ends in the middle, and before Node tells why. Returns the way to stop that. */
export function onSuddenEnd(act: () => void): () => void {
  process.on('exit', act)
  process.on('uncaughtExceptionMonitor', act)
  return () => {
    process.off('exit', act)
    process.off('uncaughtExceptionMonitor', act)
  }
}

/**
 * Stops the job as Ctrl-Z does, and returns when it goes on. Where nobody could have it go on (its shell is gone), the kernel
 * stops nothing.
 */
export function stopJob(): void {
  process.kill(0, 'SIGTSTP')
}
