/**
 * The lock call of the lock library's native binding, loaded on first use and straight from its prebuilt file: the
 * library's own way there resolves for several JavaScript runtimes and took 12 ms, a quarter of a host's start (measured).
 * Where the file has another name the library is asked after all.
 */
import { createRequire } from 'node:module'
import { bundlePath } from '../bundles.js'
import { errnoOf, PerchError } from '../perch-error.js'

interface NativeBinding {
  tryLock(fd: number, offset: number, lengthBytes: number, exclusive: boolean): void
}

/** The whole file, also what is appended later. */
const WHOLE_FILE = [0, 0] as const

let loaded: NativeBinding | undefined

/**
 * Takes an exclusive advisory lock on an open file; false when another descriptor holds one.
 * @throws PerchError `platform-unsupported` where the binding is missing; system errors
 */
export function tryLock(fd: number): boolean {
  loaded ??= loadBinding()
  try {
    loaded.tryLock(fd, ...WHOLE_FILE, true)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EAGAIN') return false
    throw error
  }
}

/** Loads the binding now rather than with the first lock. @throws PerchError `platform-unsupported` */
export function loadLockBinding(): void {
  loaded ??= loadBinding()
}

function loadBinding(): NativeBinding {
  const require = createRequire(bundlePath('perch'))
  try {
    return require(
      `fs-native-extensions/prebuilds/${process.platform}-${process.arch}/fs-native-extensions.node`,
    ) as NativeBinding
  } catch (error) {
    if (errnoOf(error) !== 'MODULE_NOT_FOUND') throw unsupported(error)
  }
  try {
    return require('fs-native-extensions/binding') as NativeBinding
  } catch (error) {
    throw unsupported(error)
  }
}

function unsupported(cause: unknown): PerchError {
  return new PerchError('platform-unsupported', `perch cannot lock files on ${process.platform}-${process.arch}`, {
    cause,
    hint: 'Install perch again on this machine: the native part of fs-native-extensions is missing or does not load.',
  })
}
