/**
 * The native binding of the lock library, loaded on first use and straight from its prebuilt file: the library's own way
 * there resolves for several JavaScript runtimes and took 12 ms, a quarter of a host's start (measured). Where the file has
 * another name the library is asked after all.
 */
import { createRequire } from 'node:module'
import { bundlePath } from '../bundles.js'
import { errnoOf, PerchError } from '../perch-error.js'

export interface NativeBinding {
  tryLock(fd: number, offset: number, lengthBytes: number, exclusive: boolean): void
  /** Two names change their files, in one step (Linux and macOS; on Windows in three). */
  swapSync(a: string, b: string): void
}

let loaded: NativeBinding | undefined

/** @throws PerchError `platform-unsupported` where it is missing or does not load */
export function nativeBinding(): NativeBinding {
  loaded ??= loadBinding()
  return loaded
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
