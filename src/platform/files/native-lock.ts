/** Kernel locks on files. */
import { errnoOf } from '../perch-error.js'
import { nativeBinding } from './native-binding.js'

/** The whole file, also what is appended later. */
const WHOLE_FILE = [0, 0] as const

/**
 * Takes an exclusive advisory lock on an open file; false when another descriptor holds one.
 * @throws PerchError `platform-unsupported` where the binding is missing; system errors
 */
export function tryLock(fd: number): boolean {
  try {
    nativeBinding().tryLock(fd, ...WHOLE_FILE, true)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EAGAIN') return false
    throw error
  }
}

/** Loads the binding now rather than with the first lock. @throws PerchError `platform-unsupported` */
export function loadLockBinding(): void {
  nativeBinding()
}
