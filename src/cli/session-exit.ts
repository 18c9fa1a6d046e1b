/** The exit of a session as a shell sees it. */
import { EXIT } from '../api/error-codes.js'
import type { Exit } from '../api/session.js'

/** The program's own code, 128 + n for signal n, 1 when nobody knows (the host was lost). Pure. */
export function exitCodeOfSession(exit: Exit | null): number {
  if (exit === null) return EXIT.failed
  if (exit.code !== null) return exit.code
  return exit.signal === null ? EXIT.failed : exitCodeOfSignal(exit.signal)
}

/** What shells give for a program that this signal ended. Pure. */
export function exitCodeOfSignal(signal: string): number {
  // Loaded when it is needed: `perch ls` shows exits, and their numbers to nobody.
  const numbers: Readonly<Record<string, number>> = process.getBuiltinModule('node:os').constants.signals
  const number = numbers[signal]
  return number === undefined ? EXIT.failed : 128 + number
}

/** `exit 0`, `SIGTERM`, `lost`: how a session ended, for people. Pure. */
export function exitText(exit: Exit): string {
  if (exit.outcome === 'lost') return 'lost'
  const how = exit.signal ?? `exit ${exit.code ?? '?'}`
  return exit.outcome === 'exited' ? how : `${how} (${exit.outcome})`
}
