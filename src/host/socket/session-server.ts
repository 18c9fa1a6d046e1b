/**
 * The session's socket: binds it before the child starts, accepts clients once the session is there, makes it again when
 * its file has vanished, and ends with the session. It owns the socket file; each client owns its connection.
 */
import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import type { ExitRecord } from '../../api/session-record.js'
import { ensureFolder, writeError } from '../../platform/files/atomic-file.js'
import { inodeOf } from '../../platform/files/inode.js'
import { PerchError } from '../../platform/perch-error.js'
import { openFilesLimitOf } from '../../platform/process/open-files-limit.js'
import type { OwnedSession } from '../session.js'
import { isAnswered } from './answered-socket.js'
import { connectionsLimit } from './connections-limit.js'
import { type ClientObserver, SessionClient } from './session-client.js'

/** Only the user may connect: the socket is made without any other permission, not tightened later. */
const SOCKET_UMASK = 0o177

export class SessionServer {
  readonly #path: string
  #server: Server | undefined
  #inode: number | undefined
  #closed = false
  readonly #clients = new Set<SessionClient>()
  #accept: (socket: Socket) => void
  #waiting: Socket[] = []
  readonly #report: (problem: unknown) => void
  readonly #limit = connectionsLimit(openFilesLimitOf(process.pid))

  private constructor(path: string, report: (problem: unknown) => void) {
    this.#path = path
    this.#report = report
    this.#accept = (socket) => this.#waiting.push(socket)
  }

  /**
   * Binds the socket at `path`. A file that a dead host left there is replaced.
   * @param report told of connections that could not be taken (no descriptor is left)
   * @throws PerchError `host-start-failed` when a live one listens there, `not-writable`
   */
  static async bind(path: string, report: (problem: unknown) => void): Promise<SessionServer> {
    ensureFolder(dirname(path))
    if (await isAnswered(path)) throw new PerchError('host-start-failed', `another host already listens at ${path}`)
    rmSync(path, { force: true })
    const server = new SessionServer(path, report)
    await server.#listen()
    return server
  }

  /** Serves this session from now on, also to those who have connected meanwhile. */
  serve(session: OwnedSession, observer: ClientObserver): void {
    this.#accept = (socket) => {
      const client = new SessionClient(socket, session, {
        ...observer,
        onClosed: (closed) => {
          this.#clients.delete(closed)
          observer.onClosed(closed)
        },
      })
      this.#clients.add(client)
    }
    for (const socket of this.#waiting.splice(0)) this.#accept(socket)
  }

  /** The session has ended: nobody new, and everybody gets the rest. Resolves when the last client is gone. */
  async finish(exit: ExitRecord): Promise<void> {
    this.close()
    await Promise.all([...this.#clients].map((client) => client.finish(exit)))
  }

  /**
   * Listens again when the socket's file is gone (a cleaner of temporary files); does nothing while it is there.
   * @throws PerchError `not-writable`, `disk-full`
   */
  async restore(): Promise<void> {
    if (this.#closed || inodeOf(this.#path) === this.#inode) return
    // First, for it removes whatever lies at the path that it was bound to.
    this.#server?.close()
    ensureFolder(dirname(this.#path))
    rmSync(this.#path, { force: true })
    await this.#listen()
  }

  /** Whether one more client can be taken; one that holds nothing makes room for it, so that the daemon always finds some. */
  #hasRoom(): boolean {
    if (this.#clients.size + this.#waiting.length < this.#limit) return true
    const idle = [...this.#clients].find((client) => client.isIdle)
    if (!idle) return false
    this.#clients.delete(idle)
    idle.cut()
    return true
  }

  /** Stops listening and removes the socket file. */
  close(): void {
    this.#closed = true
    this.#server?.close()
    for (const socket of this.#waiting.splice(0)) socket.destroy()
    try {
      rmSync(this.#path, { force: true })
    } catch (error) {
      // A disk that is read-only by now. Who finds the file finds nobody behind it.
      this.#report(error)
    }
  }

  #listen(): Promise<void> {
    const server = createServer((socket) => {
      if (this.#hasRoom()) this.#accept(socket)
      else socket.destroy()
    })
    this.#server = server
    return new Promise((resolve, reject) => {
      const notBound = (error: Error) => reject(writeError(this.#path, error))
      server.once('error', notBound)
      server.once('listening', () => {
        server.off('error', notBound)
        // It goes on listening: libuv has closed the connection that it had no descriptor for.
        server.on('error', this.#report)
      })
      // The file is made within this call.
      const umask = process.umask(SOCKET_UMASK)
      server.listen({ path: this.#path, backlog: this.#limit }, resolve)
      process.umask(umask)
      this.#inode = inodeOf(this.#path)
    })
  }
}
