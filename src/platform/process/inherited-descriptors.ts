/**
 * Descriptors that a child would inherit though nobody meant it: what a script left open (`flock 200`), and the terminal
 * pairs of this process, whose binding sets no CLOEXEC. A leaked lock stays held by the daemon; a leaked master keeps a
 * terminal alive after its owner's death. Every process that perch starts is started through `spawnSealed`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { errnoOf } from '../perch-error.js'
import { openFilesLimitOf } from './open-files-limit.js'
import { requireRoomForPipes } from './room-for-pipes.js'

/** One entry of a child's stdio: a descriptor of ours, a pipe made by Node, or nothing (`/dev/null` at 0, 1 and 2). */
export type StdioEntry = number | 'pipe' | 'ignore'

export interface SealedSpawnOptions {
  readonly stdio: readonly [StdioEntry, StdioEntry, StdioEntry]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** The child leads a session and process group of its own. */
  readonly detached: boolean
  readonly argv0?: string | undefined
}

/** `O_CLOEXEC` as /proc/PID/fdinfo shows it. */
const O_CLOEXEC = 0o2000000
const FIRST_BEYOND_STDIO = 3

/**
 * `child_process.spawn` of a child that gets its stdio and, of what this process has open besides, only `/dev/null`.
 * @throws the system's error when this process may not open enough files
 */
export function spawnSealed(file: string, args: readonly string[], options: SealedSpawnOptions): ChildProcess {
  const { stdio, argv0, ...rest } = options
  const leaks = overridable(inheritableDescriptors())
  const nothing = leaks.length > 0 ? openSync('/dev/null', 'r+') : undefined
  try {
    const sealed = nothing === undefined ? [...stdio] : sealedStdio(stdio, leaks, nothing)
    requireRoomForPipes(stdio.filter((entry) => entry === 'pipe').length)
    return spawn(file, args, { ...rest, stdio: sealed, ...(argv0 === undefined ? {} : { argv0 }) })
  } finally {
    if (nothing !== undefined) closeSync(nothing)
  }
}

/**
 * The numbers from 3 on that a child of this process would inherit. Empty on macOS, where libuv spawns with
 * POSIX_SPAWN_CLOEXEC_DEFAULT.
 */
function inheritableDescriptors(): readonly number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => fd >= FIRST_BEYOND_STDIO && isInheritable(fd))
}

/** A number above the limit, set after it was opened, cannot be overridden (dup2: EBADF); perch's own programs close it. */
function overridable(fds: readonly number[]): readonly number[] {
  const limit = fds.length > 0 ? openFilesLimitOf(process.pid) : undefined
  return limit === undefined ? fds : fds.filter((fd) => fd < limit)
}

/**
 * Closes what this process inherited beyond its stdio. For the first line of a program of perch, before it opens anything:
 * what Node itself opens carries CLOEXEC and is left alone.
 */
export function closeInheritedDescriptors(): void {
  for (const fd of inheritableDescriptors()) closeSync(fd)
}

/**
 * The stdio of a child that overrides every leak by `nothing`, an open `/dev/null`. `'ignore'` would not do: libuv leaves
 * an ignored number above 2 as it was inherited (`uv__process_child_init`).
 */
export function sealedStdio(stdio: readonly StdioEntry[], leaks: readonly number[], nothing: number): StdioEntry[] {
  const sealed = [...stdio]
  for (const fd of leaks) {
    while (sealed.length <= fd) sealed.push('ignore')
    sealed[fd] = nothing
  }
  return sealed
}

/** The flags are in the second of the short first lines. */
const FDINFO_HEAD_BYTES = 64

function isInheritable(fd: number): boolean {
  // Twice as fast as readFileSync, and every spawn pays for some twenty of these.
  const head = Buffer.alloc(FDINFO_HEAD_BYTES)
  try {
    const info = openSync(`/proc/self/fdinfo/${fd}`, 'r')
    try {
      readSync(info, head)
    } finally {
      closeSync(info)
    }
  } catch (error) {
    // The descriptor of the listing itself, closed by now.
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
  const flags = /^flags:\s*([0-7]+)/m.exec(head.toString('latin1'))?.[1]
  return flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0
}
