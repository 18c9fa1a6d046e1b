/** Reads a temporary home from outside, as files: who is recorded as running, and what is left when nobody is. */
import { lstatSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import * as v from 'valibot'
import { DaemonAddress } from '../../src/api/control.js'
import { SessionRecord } from '../../src/api/session-record.js'
import { readJsonIfPresent, STAGING_SUFFIX } from '../../src/platform/files/atomic-file.js'
import { isFileLockHeld } from '../../src/platform/files/file-lock.js'
import type { PerchPaths } from '../../src/platform/paths.js'
import { sessionSocketPath } from '../../src/platform/paths.js'
import type { ProcessIdentity } from '../../src/platform/process/process-identity.js'
import type { Leak } from './leak-check.js'

export interface RecordedSession {
  readonly id: string
  readonly host: ProcessIdentity
  readonly child: ProcessIdentity | null
  /** Its exit is recorded. */
  readonly ended: boolean
  readonly socket: string
}

/** The pid that `daemon.json` names. */
export function recordedDaemon(paths: PerchPaths): number | undefined {
  const parsed = v.safeParse(DaemonAddress, readIfJson(join(paths.state, 'daemon.json')))
  return parsed.success ? parsed.output.pid : undefined
}

/** Sessions with a readable record; tests put broken ones there on purpose. */
export function recordedSessions(paths: PerchPaths): readonly RecordedSession[] {
  return entriesOf(join(paths.state, 'sessions')).flatMap((id) => {
    const folder = join(paths.state, 'sessions', id)
    const parsed = v.safeParse(SessionRecord, readIfJson(join(folder, 'session.json')))
    if (!parsed.success) return []
    const { host, child, socket } = parsed.output
    return [{ id, host, child, socket, ended: entriesOf(folder).includes('exit.json') }]
  })
}

/**
 * What should not be there once everything has ended: sockets, staging files, kernel locks still held (by this process: no
 * other is left) and lock folders of agents. The sockets of sessions in `killed` had nobody left to remove them.
 */
export function inspectHome(root: string, paths: PerchPaths, killed: ReadonlySet<string>): readonly Leak[] {
  const orphaned = new Set([...killed].map((id) => sessionSocketPath(paths, id)))
  const leaks: Leak[] = []
  for (const path of filesBelow(root)) {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    const what = relative(root, path)
    if (stat?.isSocket() && !orphaned.has(path)) leaks.push({ kind: 'socket', what })
    if (stat?.isFile() && path.endsWith(STAGING_SUFFIX)) leaks.push({ kind: 'staging-file', what })
    if (stat?.isDirectory() && path.endsWith('.lock')) leaks.push({ kind: 'lock', what })
    if (stat?.isFile() && path.endsWith('.lock') && isFileLockHeld(path)) leaks.push({ kind: 'lock', what: `${what} (held)` })
  }
  return leaks
}

/** Every entry below the folder; what vanishes meanwhile is passed over. */
export function* filesBelow(folder: string): Generator<string> {
  for (const name of entriesOf(folder)) {
    const path = join(folder, name)
    yield path
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) yield* filesBelow(path)
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    // Not there, not a folder, or vanished meanwhile: nothing in it to look at.
    return []
  }
}

function readIfJson(path: string): unknown {
  try {
    return readJsonIfPresent(path)
  } catch {
    // A test's broken file.
    return undefined
  }
}
