/**
 * Starting the daemon: the lock that makes it the only one, the supervisor of the sessions, the API on its socket, the
 * published address. What runs then is `RunningDaemon`.
 */

import { existsSync } from 'node:fs'
import { knownAgents } from '../agents/known-agents.js'
import type { DaemonAddress } from '../api/control.js'
import { PROTOCOL_VERSION } from '../api/version.js'
import { PERCH_VERSION } from '../platform/bundles.js'
import { writeJsonAtomic } from '../platform/files/atomic-file.js'
import { type FileLock, waitForFileLock } from '../platform/files/file-lock.js'
import { inodeOf } from '../platform/files/inode.js'
import { preparePerchFolders } from '../platform/files/safe-folder.js'
import {
  daemonAddressPath,
  daemonLockPath,
  daemonSocketPath,
  daemonStopMarkPath,
  eventJournalPath,
  type PerchPaths,
  profileFolder,
} from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { identifyProcess } from '../platform/process/process-identity.js'
import { DEFAULT_PROFILE } from '../profiles/profile-name.js'
import type { DaemonLog } from './daemon-log.js'
import { EventJournal } from './events/event-journal.js'
import { openControlSocket } from './http/control-socket.js'
import { daemonHandlers } from './http/daemon-handlers.js'
import { eventHandlers } from './http/event-handlers.js'
import { createApiServer } from './http/http-server.js'
import { profileHandlers } from './http/profile-handlers.js'
import { sessionHandlers } from './http/session-handlers.js'
import { syncHandlers } from './http/sync-handlers.js'
import { usageHandlers } from './http/usage-handlers.js'
import { type Daemon, RunningDaemon, STATE_IS_GONE } from './running-daemon.js'
import { Supervisor } from './sessions/supervisor.js'
import { LimitWarnings } from './usage/limit-warnings.js'
import { UsageLedger } from './usage/usage-ledger.js'

/** Somebody may just be asking whether the lock is held, and a daemon that is ending holds it for a moment. */
const LOCK_TIMEOUT_MS = 1_500

/**
 * Starts the daemon in this process; undefined when there is one already, or when a person wants none.
 * @throws PerchError `unsafe-folder`, `socket-path-too-long`, `daemon-start-failed`, `not-writable`, `disk-full`
 */
export async function startDaemon(paths: PerchPaths, log: DaemonLog): Promise<Daemon | undefined> {
  preparePerchFolders(paths)
  const lock = await takeDaemonLock(paths)
  if (!lock) return undefined
  // A host that lost the last daemon may have started this one just before `perch daemon stop` made its mark.
  if (existsSync(daemonStopMarkPath(paths))) {
    lock.close()
    return undefined
  }
  const lockInode = inodeOf(daemonLockPath(paths))
  const ownsState = () => lockInode !== undefined && inodeOf(daemonLockPath(paths)) === lockInode
  const startedAt = new Date().toISOString()
  const journal = new EventJournal({ path: eventJournalPath(paths), log, ownsFolder: ownsState })
  const usage = new UsageLedger({
    paths,
    log,
    ownsFolder: ownsState,
    profileExists: (name) => name === DEFAULT_PROFILE || existsSync(profileFolder(paths, name)),
    onWindows: (profile) => warnings.check(profile),
    onPass: () => void warnings.tellPending(),
  })
  const warnings = new LimitWarnings({
    paths,
    log,
    journal,
    onTold: (warning) => supervisor.tellNearLimit(warning),
    ask: (question) => usage.ask(question),
  })
  const supervisor = new Supervisor({ paths, log, journal, usage })
  let requestStop = (_why: string) => {}
  const mayRestoreSocket = () => {
    const owns = ownsState()
    if (!owns) requestStop(STATE_IS_GONE)
    return owns
  }
  const handlers = {
    ...daemonHandlers({ paths, supervisor, startedAt, stop: () => setImmediate(() => requestStop('asked to')) }),
    ...sessionHandlers(paths, supervisor),
    ...profileHandlers(paths, supervisor),
    ...eventHandlers(journal),
    ...syncHandlers(paths, supervisor.runtimes),
    ...usageHandlers(paths, supervisor),
  }
  const server = createApiServer(handlers, log)
  try {
    // From now on the list is complete, though no host was asked yet.
    supervisor.registry.adopt()
    // Before anybody can connect: whoever does finds a daemon that will not fail any more.
    publishAddress(paths, startedAt)
    const socket = await openControlSocket({
      path: daemonSocketPath(paths),
      onConnection: server.accept,
      mayRestore: mayRestoreSocket,
      log,
    })
    for (const { message } of knownAgents(paths).problems) log.warn('an agent definition is not used', { why: message })
    log.info('the daemon listens', { pid: process.pid, version: PERCH_VERSION, sessions: supervisor.registry.all().length })
    const daemon = new RunningDaemon({ paths, log, lock, supervisor, journal, server, socket, ownsState })
    requestStop = (why) => daemon.stop(why)
    return daemon
  } catch (error) {
    supervisor.close()
    lock.close()
    throw error
  }
}

async function takeDaemonLock(paths: PerchPaths): Promise<FileLock | undefined> {
  try {
    return await waitForFileLock(daemonLockPath(paths), { timeoutMs: LOCK_TIMEOUT_MS, what: 'the lock of the daemon' })
  } catch (error) {
    if (error instanceof PerchError && error.code === 'lock-timeout') return undefined
    throw error
  }
}

function publishAddress(paths: PerchPaths, startedAt: string): void {
  const address: DaemonAddress = {
    socket: daemonSocketPath(paths),
    ...(identifyProcess(process.pid) ?? { pid: process.pid }),
    version: PERCH_VERSION,
    protocol: PROTOCOL_VERSION,
    startedAt,
  }
  writeJsonAtomic(daemonAddressPath(paths), address)
}
