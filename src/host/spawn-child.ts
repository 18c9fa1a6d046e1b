/**
 * The session's child as the spec describes it. What can be made ready before its turn is: the pipes cost a process of
 * their own (`mkfifo`), which runs while locks, record and socket are taken.
 */
import type { HostSpec } from '../api/host-spec.js'
import type { Size } from '../api/session.js'
import { type ChildPipes, closeChildPipes, openChildPipes, spawnPipes, withoutStderr } from '../platform/pipe/pipe-process.js'
import type { OwnedProcess, SpawnOptions } from '../platform/process/owned-process.js'
import { requireCommand } from '../platform/process/resolve-program.js'
import { spawnPty } from '../platform/pty/pty-process.js'

/** Of a PTY session that nobody gave a size; what terminals have had since the VT100. */
const DEFAULT_SIZE: Size = { cols: 80, rows: 24 }

/** The spec's own, and what only the host knows: where it hears its child. */
export interface ChildCall {
  readonly env: Readonly<Record<string, string>>
  readonly argv: readonly string[]
}

export interface PreparedChild {
  /**
   * Starts the child. Called at most once.
   * @throws PerchError as `spawnPty` and `spawnPipes` do
   */
  spawn(call: ChildCall): Promise<OwnedProcess>
  /** Gives back what was made ready for a child that was not started. */
  abandon(): Promise<void>
}

/** `ready` are pipes that were made before the spec was known; they belong to the prepared child from here on. */
export function prepareChild(spec: HostSpec, ready?: ChildPipes): PreparedChild {
  if (spec.record.kind === 'pipe') return preparePipes(spec, ready)
  if (ready) closeChildPipes(ready)
  return preparePty(spec)
}

/** The size that the session's terminal begins with; null for pipes. */
export function initialSize({ record }: HostSpec): Size | null {
  return record.kind === 'pty' ? (record.size ?? DEFAULT_SIZE) : null
}

function preparePty(spec: HostSpec): PreparedChild {
  const size = initialSize(spec) ?? DEFAULT_SIZE
  return { spawn: (call) => spawnPty({ ...spawnOptions(spec, call), size }), abandon: () => Promise.resolve() }
}

function preparePipes(spec: HostSpec, ready: ChildPipes | undefined): PreparedChild {
  const { mergeStderr } = spec.record
  const pipes = ready ? Promise.resolve(mergeStderr ? withoutStderr(ready) : ready) : openChildPipes(mergeStderr)
  // A failure is told to whoever spawns; until then nobody waits for it.
  pipes.catch(() => undefined)
  let spawned = false
  const spawn = async (call: ChildCall) => {
    spawned = true
    return await spawnPipes({ ...spawnOptions(spec, call), mergeStderr, pipes: await pipes })
  }
  const abandon = () => (spawned ? Promise.resolve() : pipes.then(closeChildPipes, () => undefined))
  return { spawn, abandon }
}

function spawnOptions({ record, ...spec }: HostSpec, { env, argv }: ChildCall): SpawnOptions {
  return {
    program: spec.program,
    argv: requireCommand(argv),
    cwd: record.cwd,
    env,
    umask: spec.umask,
    openFilesLimit: spec.openFilesLimit,
    nice: spec.nice,
  }
}
