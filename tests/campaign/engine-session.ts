/**
 * A session of the real engine in this process: child, log, socket and ending as in a host, without the start of a host.
 * Ten thousand of them take minutes instead of hours; that a host does the same is what the other part of each row is for.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ExitRecord } from '../../src/api/session-record.js'
import { holdForClient } from '../../src/host/attach/expected-client.js'
import { SessionLog } from '../../src/host/log/session-log.js'
import { OwnedSession } from '../../src/host/session.js'
import { SessionServer } from '../../src/host/socket/session-server.js'
import { spawnPipes } from '../../src/platform/pipe/pipe-process.js'
import { identifyProcess } from '../../src/platform/process/process-identity.js'
import { spawnPty } from '../../src/platform/pty/pty-process.js'

export interface EngineSession extends AsyncDisposable {
  /** Where clients connect. */
  readonly socket: string
  /** Holds the log. */
  readonly folder: string
  /** Settles when the session has ended and its clients were sent the rest. */
  readonly over: Promise<ExitRecord>
  /** What went wrong in the engine itself. */
  readonly problems: readonly unknown[]
}

export interface EngineSessionOptions {
  readonly kind: 'pty' | 'pipe'
  /** With the absolute path of the program first. */
  readonly argv: readonly [string, ...string[]]
  /** Waits for a client, as a session does that a command was started for. */
  readonly expectsClient?: boolean
}

const SIZE = { cols: 80, rows: 24 }
/** The defaults of a session. */
const LIMITS = { log: 'disk', logBytes: 64 * 1024 * 1024, memoryBytes: 1024 * 1024 } as const
const DRAIN_MS = 2_000

/** Starts a session whose folder lies below `parent`. */
export async function openEngineSession(parent: string, options: EngineSessionOptions): Promise<EngineSession> {
  const id = randomBytes(4).toString('hex')
  const folder = join(parent, id)
  const socket = join(folder, 's')
  mkdirSync(folder, { mode: 0o700 })
  const problems: unknown[] = []
  const report = (problem: unknown) => void problems.push(problem)
  const server = await SessionServer.bind(socket, report)
  const spawn = { program: options.argv[0], argv: options.argv, cwd: folder, env: { PATH: '/usr/bin:/bin', PERCH_SESSION: id } }
  const isPty = options.kind === 'pty'
  const child = await (isPty ? spawnPty({ ...spawn, size: SIZE }) : spawnPipes({ ...spawn, mergeStderr: false }))
  const session = new OwnedSession({
    id,
    process: child,
    child: identifyProcess(child.pid) ?? null,
    log: new SessionLog({ ...LIMITS, folder, streams: child.streams, onProblem: report }),
    size: isPty ? SIZE : null,
    drainMs: DRAIN_MS,
    recordExit: () => undefined,
  })
  const clientAwaited = options.expectsClient ? holdForClient(session) : Promise.resolve()
  server.serve(session, { onSubscribed: () => undefined, onClosed: () => undefined, report })
  const finish = async () => {
    const exit = await session.ended
    await clientAwaited
    await server.finish(exit)
    return exit
  }
  const over = finish()
  return {
    socket,
    folder,
    over,
    problems,
    async [Symbol.asyncDispose]() {
      if (!session.exitRecord) await session.terminate(0)
      await over
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
