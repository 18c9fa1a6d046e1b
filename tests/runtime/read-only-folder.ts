/** A folder that may only be read, also by root: mounted over itself. Linux, root. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface ReadOnlyFolder {
  /** It may be written again. */
  release(): void
}

export function readOnlyFolder(path: string): ReadOnlyFolder {
  execFileSync('mount', ['--bind', path, path])
  execFileSync('mount', ['-o', 'remount,bind,ro', path])
  return { release: () => void execFileSync('umount', ['-l', path]) }
}

/** Root in a container may lack the capability. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'mount-'))
  try {
    readOnlyFolder(folder).release()
    return true
  } catch {
    return false
  } finally {
    rmdirSync(folder)
  }
}
