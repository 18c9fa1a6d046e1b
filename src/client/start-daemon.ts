/**
 * Starting the daemon from a client that found none. Loaded only then: a command that finds its daemon pays for none of
 * this. The start lock only spares the machine ten processes where one is enough; that there is one daemon is proven by
 * the daemon's own lock.
 */
import { closeSync, openSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FileLock, tryFileLock } from '../platform/files/file-lock.js'
import { preparePerchFolders } from '../platform/files/safe-folder.js'
import { daemonLogPath, daemonStartLockPath, daemonStopMarkPath, type PerchPaths } from '../platform/paths.js'
import { programEnvironment } from '../platform/process/program-environment.js'
import { spawnDetached } from '../platform/process/spawn-detached.js'
import { tryConnectDaemon } from './daemon-address.js'
import { startFailed } from './start-failure.js'

/** A daemon answers after about 0.1 s; a machine under full load was seen to take seconds. */
const START_TIMEOUT_MS = 15_000
/** Somebody's SIGKILL says nothing of the daemon; one that the system kills each time (out of memory) will not start. */
const KILLED_STARTS = 3
/** How soon a waiting command notices that the daemon is there. */
const POLL_MS = 8
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
  const lock = tryFileLock(daemonStartLockPath(options.paths))
  if (!lock) return undefined
  let starting = false
  let failure: string | undefined
  let killed = 0
  const tend = () => {
    if (starting || failure !== undefined) return failure
    starting = true
    spawnDaemon(options, (why, signal) => {
      if (signal) killed += 1
      // Ended with 0, somebody else holds the daemon's lock: one that serves already, or one that is just ending.
      starting = false
      if (!signal || killed === KILLED_STARTS) failure = why
    })
    return undefined
  }
  return { lock, tend }
}

function spawnDaemon(
  options: DaemonStartOptions,
  onEnd: (failure: string | undefined, signal: NodeJS.Signals | null) => void,
): void {
  // Each time: a `perch daemon stop` that is under way may make its mark between two attempts.
  rmSync(daemonStopMarkPath(options.paths), { force: true })
  // What Node itself says when it cannot even load the program belongs into the log as well.
  const log = openSync(daemonLogPath(options.paths), 'a', 0o600)
  try {
    const child = spawnDetached({ program: 'perchd', env: programEnvironment(options.env), stdio: ['ignore', log, log] })
    child.once('error', (error) => onEnd(error.message, null))
    child.once('exit', (code, signal) => {
      onEnd(code === 0 ? undefined : signal ? `it was ended by ${signal}` : `it ended with code ${code}`, signal)
    })
    child.unref()
  } finally {
    closeSync(log)
  }
}
