/**
 * From options to a running session in this process: everything is checked before anything exists, and a failure later
 * gives back what was made before it.
 */
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { SessionLog } from '../host/log/session-log.js'
import { OwnedSession } from '../host/session.js'
import { PerchError } from '../platform/perch-error.js'
import { spawnPipes } from '../platform/pipe/pipe-process.js'
import type { OwnedProcess, SpawnOptions } from '../platform/process/owned-process.js'
import { identifyProcess } from '../platform/process/process-identity.js'
import { requireCommand, requireFolder, resolveProgram } from '../platform/process/resolve-program.js'
import { spawnPty } from '../platform/pty/pty-process.js'
import { definedVariables } from './defined-variables.js'
import type { EmbeddedSession } from './embedded-session.js'
import { type OpenLogPlace, openLogPlace } from './log-place.js'
import { OwnSession } from './own-session.js'
import type { PipeSessionOptions, PtySessionOptions } from './session-options.js'
import { type CheckedPipeOptions, type CheckedPtyOptions, checkPipeOptions, checkPtyOptions } from './session-options.js'

/** Of a terminal that nobody gave a size; what terminals have had since the VT100. */
const DEFAULT_SIZE = { cols: 80, rows: 24 }
/** What a terminal is called when the calling program has none. */
const DEFAULT_TERM = 'xterm-256color'
/** How long the pipes of a child that left descendants behind stay open. */
const DRAIN_MS = 2_000
/** As of `perch kill`. */
const GRACE_MS = 5_000

type CommonOptions = CheckedPtyOptions | CheckedPipeOptions

/** As `openPtySession`. */
export async function startPtySession(given: PtySessionOptions): Promise<EmbeddedSession> {
  const options = checkPtyOptions(given)
  const size = options.size ?? DEFAULT_SIZE
  return await start(options, { TERM: DEFAULT_TERM }, size, (spawn) => spawnPty({ ...spawn, size }))
}

/** As `openPipeSession`. */
export async function startPipeSession(given: PipeSessionOptions): Promise<EmbeddedSession> {
  const options = checkPipeOptions(given)
  const { mergeStderr = false } = options
  return await start(options, {}, null, (spawn) => spawnPipes({ ...spawn, mergeStderr }))
}

async function start(
  options: CommonOptions,
  fallbackEnv: Readonly<Record<string, string>>,
  size: typeof DEFAULT_SIZE | null,
  spawn: (options: SpawnOptions) => Promise<OwnedProcess>,
): Promise<EmbeddedSession> {
  const { signal } = options
  signal?.throwIfAborted()
  const id = randomBytes(4).toString('hex')
  const spawnOptions = spawnOptionsOf(options, {
    ...fallbackEnv,
    ...definedVariables(options.env ?? process.env),
    PERCH_SESSION: id,
  })
  const place = openLogPlace(options.log)
  let child: OwnedProcess
  try {
    child = await spawn(spawnOptions)
  } catch (error) {
    place.remove()
    throw error
  }
  const own = new OwnSession(owned(id, child, place, size, options.drainMs ?? DRAIN_MS), {
    graceMs: options.graceMs ?? GRACE_MS,
    signal,
    onClosed: () => place.remove(),
  })
  if (signal?.aborted) {
    await own.close()
    throw signal.reason
  }
  return own
}

function owned(
  id: string,
  child: OwnedProcess,
  place: OpenLogPlace,
  size: typeof DEFAULT_SIZE | null,
  drainMs: number,
): OwnedSession {
  const session: OwnedSession = new OwnedSession({
    id,
    process: child,
    child: identifyProcess(child.pid) ?? null,
    log: new SessionLog({
      streams: child.streams,
      folder: place.folder,
      log: place.folder === null ? 'memory' : 'disk',
      logBytes: place.logBytes,
      memoryBytes: place.memoryBytes,
      onProblem: (problem) => session.events.emit('log-problem', { problem }),
    }),
    size,
    drainMs,
    recordExit: () => undefined,
  })
  return session
}

/** @throws PerchError `bad-request`, `empty-command`, `folder-not-found`, `program-not-found`, `program-not-executable` */
function spawnOptionsOf(options: CommonOptions, env: Readonly<Record<string, string>>): SpawnOptions {
  const cwd = resolve(options.cwd ?? '')
  requireFolder(cwd)
  const argv = requireCommand(argvOf(options))
  const { umask, openFilesLimit, nice } = options
  return { program: resolveProgram(argv[0], { path: env.PATH, cwd }), argv, cwd, env, umask, openFilesLimit, nice }
}

function argvOf({ argv, command }: CommonOptions): readonly string[] {
  if (argv && command !== undefined) throw new PerchError('bad-request', 'a session runs either argv or command, not both')
  // A shell would take an empty line for nothing to do.
  return argv ?? (command ? ['/bin/sh', '-c', command] : [])
}
