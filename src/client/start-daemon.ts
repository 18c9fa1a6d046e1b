/**
 * Starting the daemon from a client that found none. Loaded only then: a command that finds its daemon pays for none of
 * this. The start lock only spares the machine ten processes where one is enough; that there is one daemon is proven by
 * the daemon's own lock.
 */
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeFileAtomic } from '../platform/files/atomic-file.js'
import { type FileLock, tryFileLock } from '../platform/files/file-lock.js'
import { preparePerchFolders } from '../platform/files/safe-folder.js'
import { daemonLogPath, daemonStopMarkPath, type PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { programEnvironment } from '../platform/process/program-environment.js'
import { spawnDetached } from '../platform/process/spawn-detached.js'
import { tryConnectDaemon } from './daemon-address.js'

/** A daemon answers after about 0.1 s; a machine under full load was seen to take seconds. */
const START_TIMEOUT_MS = 15_000
/** How soon a waiting command notices that the daemon is there. */
const POLL_MS = 8
/** A page: less may still fit into a file system that is full. */
const PROBE = Buffer.alloc(4096)
/** Enough of the log to see why it did not start. */
const SHOWN_LOG_LINES = 5

export interface DaemonStartOptions {
  readonly paths: PerchPaths
  /** The daemon's own environment is taken from here; sessions never get it. */
  readonly env: NodeJS.ProcessEnv
}

/**
 * Starts the daemon, or waits for the one that somebody else is starting.
 * @throws PerchError `daemon-start-failed`, `disk-full`, or why the folders cannot be used
 */
export async function startDaemon(options: DaemonStartOptions): Promise<Socket> {
  const { paths } = options
  preparePerchFolders(paths)
  const deadline = performance.now() + START_TIMEOUT_MS
  let starter: Starter | undefined
  try {
    for (;;) {
      const socket = await tryConnectDaemon(paths)
      if (socket) return socket
      starter ??= becomeStarter(options)
      const failure = starter?.tend()
      if (failure) throw startFailed(paths, failure)
      if (performance.now() >= deadline) throw startFailed(paths, `it did not answer within ${START_TIMEOUT_MS / 1000} s`)
      await sleep(POLL_MS)
    }
  } finally {
    starter?.lock.close()
  }
}

interface Starter {
  readonly lock: FileLock
  /** Starts the daemon if it is not being started; says why the last start failed, if it did. */
  tend(): string | undefined
}

function becomeStarter(options: DaemonStartOptions): Starter | undefined {
  const lock = tryFileLock(join(options.paths.state, 'locks', 'daemon-start.lock'))
  if (!lock) return undefined
  let starting = false
  let failure: string | undefined
  const tend = () => {
    if (starting || failure !== undefined) return failure
    starting = true
    spawnDaemon(options, (why) => {
      // Ended with 0, somebody else holds the daemon's lock: one that serves already, or one that is just ending.
      starting = false
      failure = why
    })
    return undefined
  }
  return { lock, tend }
}

function spawnDaemon(options: DaemonStartOptions, onEnd: (failure: string | undefined) => void): void {
  // Each time: a `perch daemon stop` that is under way may make its mark between two attempts.
  rmSync(daemonStopMarkPath(options.paths), { force: true })
  // What Node itself says when it cannot even load the program belongs into the log as well.
  const log = openSync(daemonLogPath(options.paths), 'a', 0o600)
  try {
    const child = spawnDetached({ program: 'perchd', env: programEnvironment(options.env), stdio: ['ignore', log, log] })
    child.once('error', (error) => onEnd(error.message))
    child.once('exit', (code, signal) => {
      onEnd(code === 0 ? undefined : signal ? `it was ended by ${signal}` : `it ended with code ${code}`)
    })
    child.unref()
  } finally {
    closeSync(log)
  }
}

function startFailed(paths: PerchPaths, why: string): PerchError {
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
