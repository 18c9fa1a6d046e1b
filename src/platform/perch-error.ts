/**
 * The one error type of perch. A code is stable and documented (`src/api/error-codes.ts` gives each its exit code and
 * HTTP status); the message says what happened; the hint says what to do next.
 */
export class PerchError extends Error {
  override readonly name = 'PerchError'
  readonly code: string
  readonly hint: string | undefined

  constructor(code: string, message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
  }
}

/** Whether it is the operating system's. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

/** The errno name (`ENOENT`, `EACCES`, …) of a system error, or undefined for any other value. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** The message of whatever was thrown, for places that must show something. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
