/**
 * The daemon as a whole: the lock that makes it the only one, the supervisor of the sessions, the API on its socket, the
 * published address. Its parts end in the opposite order in which they began, and sessions are never among them.
 */
import { existsSync, rmSync } from 'node:fs'
import type { DaemonAddress } from '../api/control.js'
import { PROTOCOL_VERSION } from '../api/version.js'
import { PERCH_VERSION } from '../platform/bundles.js'
import { writeJsonAtomic } from '../platform/files/atomic-file.js'
import { type FileLock, waitForFileLock } from '../platform/files/file-lock.js'
import { inodeOf } from '../platform/files/inode.js'
import { preparePerchFolders } from '../platform/files/safe-folder.js'
import { daemonAddressPath, daemonLockPath, daemonSocketPath, daemonStopMarkPath, type PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { identifyProcess } from '../platform/process/process-identity.js'
import { type DaemonLog, errorFields } from './daemon-log.js'
import { type ControlSocket, openControlSocket } from './http/control-socket.js'
import { daemonHandlers } from './http/daemon-handlers.js'
import { type ApiServer, createApiServer } from './http/http-server.js'
import { profileHandlers } from './http/profile-handlers.js'
import { sessionHandlers } from './http/session-handlers.js'
import { Supervisor } from './sessions/supervisor.js'

export interface Daemon {
  /** Settles when the daemon has ended, by `stop` or by itself. */
  readonly ended: Promise<void>
  /** Ends the daemon; sessions go on. */
  stop(why: string): void
}

/** Somebody may just be asking whether the lock is held, and a daemon that is ending holds it for a moment. */
const LOCK_TIMEOUT_MS = 1_500
/** Catches what watching missed: a socket file that vanished, a host that came or went unseen. */
const SLOW_PASS_MS = 30_000
/**
 * Releases and launches under way get this long when the daemon ends: most take milliseconds, and while they write they
 * hold the agent's own locks. Under the 5 s that an impatient supervisor grants; the next daemon does the rest again.
 */
const LAST_WORK_MS = 4_000

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
  const ownsState = () => inodeOf(daemonLockPath(paths)) === lockInode
  const startedAt = new Date().toISOString()
  const supervisor = new Supervisor({ paths, log })
  let requestStop = (_why: string) => {}
  const handlers = {
    ...daemonHandlers({ paths, supervisor, startedAt, stop: () => setImmediate(() => requestStop('asked to')) }),
    ...sessionHandlers(paths, supervisor),
    ...profileHandlers(paths, supervisor),
  }
  const server = createApiServer(handlers, log)
  try {
    supervisor.adopt()
    // Before anybody can connect: whoever does finds a daemon that will not fail any more.
    publishAddress(paths, startedAt)
    const socket = await openControlSocket({
      path: daemonSocketPath(paths),
      onConnection: server.accept,
      mayRestore: ownsState,
      log,
    })
    log.info('the daemon listens', { pid: process.pid, version: PERCH_VERSION, sessions: supervisor.registry.all().length })
    const daemon = new RunningDaemon({ paths, log, lock, supervisor, server, socket, ownsState })
    requestStop = (why) => daemon.stop(why)
    return daemon
  } catch (error) {
    supervisor.close()
    lock.close()
    throw error
  }
}

interface DaemonParts {
  readonly paths: PerchPaths
  readonly log: DaemonLog
  readonly lock: FileLock
  readonly supervisor: Supervisor
  readonly server: ApiServer
  readonly ownsState: () => boolean
  readonly socket: ControlSocket
}

class RunningDaemon implements Daemon {
  readonly ended: Promise<void>
  readonly #parts: DaemonParts
  readonly #slowPass: NodeJS.Timeout
  #end: () => void = () => {}
  #stopping = false

  constructor(parts: DaemonParts) {
    this.#parts = parts
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    this.#slowPass = setInterval(() => this.#lookAround(), SLOW_PASS_MS)
    parts.supervisor.reconcile().catch((error) => parts.log.warn('taking in the sessions failed', errorFields(error)))
  }

  stop(why: string): void {
    if (this.#stopping) return
    this.#stopping = true
    this.#parts.log.info('the daemon ends', { why })
    clearInterval(this.#slowPass)
    this.#close().then(this.#end, (error) => {
      this.#parts.log.warn('ending was not clean', errorFields(error))
      this.#end()
    })
  }

  async #close(): Promise<void> {
    const { paths, log, lock, supervisor, server, socket } = this.#parts
    try {
      await socket.close()
      await server.close()
      supervisor.close()
      rmSync(daemonAddressPath(paths), { force: true })
      if (!(await supervisor.idle(LAST_WORK_MS))) log.warn('the daemon ends with work under way')
    } finally {
      lock.close()
    }
  }

  #lookAround(): void {
    const { log, supervisor, socket, ownsState } = this.#parts
    if (!ownsState()) {
      // Another daemon may hold the lock that lies there now; and without the state folder there is nothing to serve.
      this.stop('the state folder is gone')
      return
    }
    socket.check().catch((error) => log.warn('the control socket could not be made again', errorFields(error)))
    supervisor.slowPass().catch((error) => log.warn('the slow pass failed', errorFields(error)))
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
