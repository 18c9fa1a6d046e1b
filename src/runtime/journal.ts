/**
 * What sync did to a profile, one line each: when, what, from where to where, why. Never what was in it. Two files of a
 * bounded size; a journal that cannot be written is told to the person and stops nothing.
 */
import { appendFileSync, renameSync, statSync } from 'node:fs'
import { errnoOf, messageOf } from '../platform/perch-error.js'

/** Thousands of lines: weeks of ordinary use. The older half is kept beside it. */
export const JOURNAL_LIMIT_BYTES = 512 * 1024

export interface JournalLine {
  readonly what:
    | 'adopted'
    | 'merged'
    | 'conflict'
    | 'kept-aside'
    | 'renamed'
    | 'deleted'
    | 'logged-out'
    | 'login-adopted'
    | 'login-restored'
    | 'link-dropped'
    | 'lock-reclaimed'
    | 'lease-dropped'
    | 'not-merged'
    | 'resolved'
    | 'not-followed'
    | 'restored'
  readonly name: string
  readonly from?: string
  readonly to?: string
  readonly why?: string
}

export interface Journal {
  write(line: JournalLine): void
}

/** The journal at `path`. Nothing is opened until the first line. `onLine` is told of each, written or not. */
export function openJournal(path: string, notices: string[], onLine?: (line: JournalLine) => void): Journal {
  return {
    write(line) {
      onLine?.(line)
      try {
        if (sizeOf(path) >= JOURNAL_LIMIT_BYTES) renameSync(path, `${path}.1`)
        appendFileSync(path, `${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`, { mode: 0o600 })
      } catch (error) {
        const notice = `The journal ${path} cannot be written: ${messageOf(error)}`
        if (!notices.includes(notice)) notices.push(notice)
      }
    },
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0
    throw error
  }
}
