/**
 * Where the built programs lie: one bundled file per process kind, side by side. The build replaces the constant by an
 * expression for the folder of the running bundle; the tests, which run from source, by the path of `dist`.
 */
import { join } from 'node:path'

declare const PERCH_BUNDLE_FOLDER: string
declare const PERCH_VERSION_AT_BUILD: string

/** The version of this perch. */
export const PERCH_VERSION: string = PERCH_VERSION_AT_BUILD

/** The absolute path of a script that a program of perch runs in a thread of its own. */
export function bundledScript(name: 'screen'): string {
  return join(PERCH_BUNDLE_FOLDER, `${name}.js`)
}

/** The absolute path of a program of perch. */
export function bundlePath(program: 'perch' | 'perchd' | 'host' | 'shim'): string {
  return join(PERCH_BUNDLE_FOLDER, `${program}.cjs`)
}
