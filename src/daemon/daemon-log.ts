/**
 * The daemon's log: one JSON object a line in `daemon.log`, so that it can be read by people and by programs. Capped: a
 * full file becomes `daemon.log.1`, replacing the one before. Whoever logs takes care that nothing secret is in it:
 * never an environment, never the content of a file.
 */
import { appendFileSync, renameSync, statSync } from 'node:fs'
import { errnoOf, messageOf, PerchError } from '../platform/perch-error.js'

export interface DaemonLog {
  /** Only with `PERCH_LOG=debug`. */
  debug(what: string, fields?: LogFields): void
  info(what: string, fields?: LogFields): void
  warn(what: string, fields?: LogFields): void
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Some ten thousand lines: weeks of ordinary use. */
const LOG_LIMIT_BYTES = 2 * 1024 * 1024

/** A log that appends to `path`. */
export function openDaemonLog(path: string, options: { readonly debug: boolean }): DaemonLog {
  const write = (level: string, what: string, fields: LogFields = {}) => {
    const line = `${JSON.stringify({ at: new Date().toISOString(), level, what, ...fields })}\n`
    try {
      rotateWhenFull(path)
      appendFileSync(path, line, { mode: 0o600 })
    } catch {
      // A full disk must not end the daemon, and there is no other place to say so: whatever needs the disk for
      // its own work reports it to the one who asked.
    }
  }
  return {
    debug: (what, fields) => {
      if (options.debug) write('debug', what, fields)
    },
    info: (what, fields) => write('info', what, fields),
    warn: (what, fields) => write('warn', what, fields),
  }
}

/** What a log line says of a failure. */
export function errorFields(error: unknown): LogFields {
  if (error instanceof PerchError) return { code: error.code, error: error.message }
  return { error: error instanceof Error && error.stack ? error.stack : messageOf(error) }
}

function rotateWhenFull(path: string): void {
  try {
    if (statSync(path).size >= LOG_LIMIT_BYTES) renameSync(path, `${path}.1`)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}
