/**
 * Text of perch's own into one of its outputs, all of it or a failure that says so. A reader that is gone is none: what was
 * meant for it is dropped.
 */
import { errnoOf, messageOf, PerchError } from '../../platform/perch-error.js'

/** A reader that is gone is not a failure: `perch ls | head -1`, or a terminal that was closed (EIO). */
const READER_GONE: readonly (string | undefined)[] = ['EPIPE', 'EIO']

/** Where a printer writes: `process.stdout` and `process.stderr`, or what a test put in their place. */
export interface PrintTarget {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write(text: string, done: (error?: Error | null) => void): boolean
}

/**
 * Resolves when the text has left this process.
 * @throws PerchError `output-failed`
 */
export async function writeText(target: PrintTarget, text: string): Promise<void> {
  if (text === '') return
  try {
    await new Promise<void>((resolve, reject) => {
      target.write(text, (error) => (error ? reject(error) : resolve()))
    })
  } catch (cause) {
    if (READER_GONE.includes(errnoOf(cause))) return
    throw new PerchError('output-failed', `the output cannot be written: ${messageOf(cause)}`, { cause })
  }
}

/** Whether it could be written: of what is said about a failure nobody can be told that it failed. */
export async function isWritten(target: PrintTarget, text: string): Promise<boolean> {
  try {
    await writeText(target, text)
    return true
  } catch {
    return false
  }
}
