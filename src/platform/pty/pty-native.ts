/**
 * The native binding that makes terminal pairs. It is taken from the library's package for this platform, not through
 * the library: its `spawn()` loses the tail of a fast child's output and its `open()` reads the slave (design.md, "The
 * PTY, as measured"). Of the binding only `open` and `resize` are used; the child is started by `launcher.ts`.
 */
import { createRequire } from 'node:module'
import { bundlePath } from '../bundles.js'
import { errnoOf, PerchError } from '../perch-error.js'
import type { TerminalSize } from '../process/owned-process.js'

export interface TerminalPair {
  /** Non-blocking, without CLOEXEC: every child must be spawned through `spawnSealed`. */
  readonly master: number
  /** Non-blocking, without CLOEXEC; an open file of its own, so the child's terminal is a blocking one. */
  readonly slave: number
  /** The path by which the child opens its terminal. */
  readonly path: string
}

export interface TerminalDriver {
  open(size: TerminalSize): TerminalPair
  resize(master: number, size: TerminalSize): void
}

interface NativeBinding {
  open(cols: number, rows: number): { master: number; slave: number; pty: string }
  resize(fd: number, cols: number, rows: number): void
}

let loaded: TerminalDriver | undefined

/**
 * The terminal driver of this platform.
 * @throws PerchError `platform-unsupported` where its package is not installed
 */
export function terminalDriver(platform: string = process.platform, arch: string = process.arch): TerminalDriver {
  loaded ??= driverOf(loadBinding(platform, arch))
  return loaded
}

/** The binding of a platform, freshly resolved. Exported for the test of a missing one. */
export function loadBinding(platform: string, arch: string): NativeBinding {
  const name = `@lydell/node-pty-${platform}-${arch}`
  try {
    // It is an optional dependency of the library, not of perch: strict package layouts resolve it only from there.
    const library = createRequire(bundlePath('perch')).resolve('@lydell/node-pty')
    return createRequire(library)(`${name}/pty.node`) as NativeBinding
  } catch (cause) {
    if (errnoOf(cause) !== 'MODULE_NOT_FOUND' && errnoOf(cause) !== 'ERR_DLOPEN_FAILED') throw cause
    throw new PerchError('platform-unsupported', `perch cannot open a terminal here: ${name} is missing or does not load`, {
      cause,
      hint: 'Install perch again on this machine without leaving out optional dependencies; sessions with --pipe need no terminal.',
    })
  }
}

function driverOf(binding: NativeBinding): TerminalDriver {
  return {
    open(size) {
      const { master, slave, pty } = binding.open(size.cols, size.rows)
      return { master, slave, path: pty }
    },
    resize: (master, size) => binding.resize(master, size.cols, size.rows),
  }
}
