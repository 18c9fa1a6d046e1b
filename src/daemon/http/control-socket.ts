/**
 * The socket on which the daemon listens. Only the holder of the daemon's lock makes one, so a file found at its path is
 * either stale or somebody else's. A socket whose file vanished (a cleaner of temporary files, the end of a login) is
 * made again.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, type FSWatcher, renameSync, rmSync, watch } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureFolder } from '../../platform/files/atomic-file.js'
import { inodeOf } from '../../platform/files/inode.js'
import { PerchError } from '../../platform/perch-error.js'
import { type DaemonLog, errorFields } from '../daemon-log.js'

export interface ControlSocketOptions {
  readonly path: string
  readonly onConnection: (socket: Socket) => void
  /** Asked before a vanished socket is made again: false when the daemon has nothing to serve any more, and ends. */
  readonly mayRestore: () => boolean
  readonly log: DaemonLog
}

/** Whoever removes the socket with the whole folder around it gets to finish, before what is left is looked at. */
const RESTORE_AFTER_MS = 200

export interface ControlSocket {
  /** Looks whether the file is still there and makes it again if not. Also done whenever its folder changes. */
  check(): Promise<void>
  /** Stops listening, and removes the file if it is still ours. Connections that are open stay open. */
  close(): Promise<void>
}

/** @throws PerchError `daemon-start-failed` when the daemon of another state folder answers at the path */
export async function openControlSocket(options: ControlSocketOptions): Promise<ControlSocket> {
  if (await isAnswered(options.path)) {
    throw new PerchError('daemon-start-failed', `the daemon of another state folder listens at ${options.path}`, {
      hint: 'Set PERCH_HOME, so that each has folders of its own.',
    })
  }
  const socket = new ListeningSocket(options)
  await socket.listen()
  return socket
}

class ListeningSocket implements ControlSocket {
  readonly #options: ControlSocketOptions
  #server: Server | undefined
  #inode: number | undefined
  #watcher: FSWatcher | undefined
  #checking: Promise<void> | undefined
  #closed = false

  constructor(options: ControlSocketOptions) {
    this.#options = options
  }

  /**
   * Listens under a name of its own, renamed into place: a stale file is replaced in one step, and closing the server,
   * which unlinks the name it was bound to, can never remove somebody else's file.
   */
  async listen(): Promise<void> {
    const { path, onConnection, log } = this.#options
    const boundPath = join(dirname(path), `perchd.${randomBytes(3).toString('hex')}`)
    const server = createServer(onConnection)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(boundPath, () => {
        server.off('error', reject)
        resolve()
      })
    })
    server.on('error', (error) => log.warn('the control socket failed', errorFields(error)))
    chmodSync(boundPath, 0o600)
    renameSync(boundPath, path)
    this.#server?.close()
    this.#server = server
    this.#inode = inodeOf(path)
    this.#watchFolder()
  }

  check(): Promise<void> {
    this.#checking ??= this.#restore().finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#watcher?.close()
    await this.#checking?.catch(() => {})
    this.#server?.close()
    const { path } = this.#options
    if (this.#inode !== undefined && inodeOf(path) === this.#inode) rmSync(path, { force: true })
  }

  async #restore(): Promise<void> {
    const { path, mayRestore, log } = this.#options
    if (inodeOf(path) === this.#inode) return
    await sleep(RESTORE_AFTER_MS)
    if (this.#closed || inodeOf(path) === this.#inode || !mayRestore()) return
    log.info('the control socket vanished and is made again', { path })
    ensureFolder(dirname(path))
    await this.listen()
  }

  #watchFolder(): void {
    const { path, log } = this.#options
    this.#watcher?.close()
    try {
      this.#watcher = watch(dirname(path), (_, name) => {
        if (name === null || name === basename(path)) {
          this.check().catch((error) => log.warn('the control socket could not be made again', errorFields(error)))
        }
      })
      this.#watcher.on('error', (error) => log.warn('watching the runtime folder ended', errorFields(error)))
    } catch (error) {
      // Out of watches: the daemon's slow pass looks as well.
      log.warn('the runtime folder cannot be watched', errorFields(error))
    }
  }
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const settle = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
  })
}
