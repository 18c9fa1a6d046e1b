/** What a person is told when the daemon did not start: why, and the last lines of its log. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomic } from '../platform/files/atomic-file.js'
import { daemonLogPath, type PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'

/** A page: less may still fit into a file system that is full. */
const PROBE = Buffer.alloc(4096)
/** Enough of the log to see why it did not start. */
const SHOWN_LOG_LINES = 5

/**
 * The error for a daemon that did not start.
 * @throws PerchError `disk-full`, `not-writable` where that is the reason
 */
export function startFailed(paths: PerchPaths, why: string): PerchError {
  // A full disk takes no log that would say so: writing shows it here.
  writeFileAtomic(join(paths.state, 'locks', 'daemon-start.probe'), PROBE)
  rmSync(join(paths.state, 'locks', 'daemon-start.probe'))
  const lines = readFileSync(daemonLogPath(paths), 'utf8').trimEnd().split('\n').slice(-SHOWN_LOG_LINES)
  return new PerchError('daemon-start-failed', [`the daemon did not start: ${why}`, ...lines.map(readable)].join('\n  '), {
    hint: `The whole log is ${daemonLogPath(paths)}.`,
  })
}

/** A line of the log for a person: it is JSON unless Node itself wrote it. */
function readable(line: string): string {
  try {
    const { what, error } = JSON.parse(line)
    return error === undefined ? String(what) : `${what}: ${error}`
  } catch {
    return line
  }
}
