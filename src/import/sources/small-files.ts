/** The small files beside a login that say whose it is: read when only this user could have written them, of a bounded size. */
import { readdirSync } from 'node:fs'
import { parseToml } from '../../platform/files/toml-file.js'
import { readTrustedFile } from '../../platform/files/trusted-file.js'
import { errnoOf, messageOf, PerchError } from '../../platform/perch-error.js'
import { isNestedDeeper } from '../../runtime/sync/json-value.js'

/** The largest are copies of `.claude.json`, some hundred kilobytes as a rule. */
const LIMIT_BYTES = 16 * 1024 * 1024

/** Not there, no folder, or closed to this user. */
const NOTHING_TO_SEE = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM']

/** What a file says: undefined where there is none, or why it cannot be used, as a sentence without a full stop. */
export type Read<T> =
  | { readonly value: T | undefined; readonly problem: null }
  | { readonly value: undefined; readonly problem: string }

/** The text of a file. */
export function readText(path: string): Read<string> {
  try {
    return { value: readTrustedFile(path, LIMIT_BYTES).toString('utf8'), problem: null }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return { value: undefined, problem: null }
    return {
      value: undefined,
      problem: error instanceof PerchError ? error.message : `${path} cannot be read: ${messageOf(error)}`,
    }
  }
}

/** A JSON value. */
export function readJson(path: string): Read<unknown> {
  const { value, problem } = readText(path)
  if (value === undefined) return { value, problem } as Read<unknown>
  try {
    const parsed: unknown = JSON.parse(value)
    if (!isNestedDeeper(parsed)) return { value: parsed, problem: null }
  } catch {
    return { value: undefined, problem: `${path} is not JSON` }
  }
  return { value: undefined, problem: `${path} is nested too deeply` }
}

/** The table of a TOML file. */
export function readToml(path: string): Read<unknown> {
  const { value, problem } = readText(path)
  if (value === undefined) return { value, problem } as Read<unknown>
  try {
    return { value: parseToml(path, value, 'corrupt-file').table, problem: null }
  } catch (error) {
    return { value: undefined, problem: messageOf(error) }
  }
}

/** Why the names in a folder cannot be read, as a sentence without a full stop; null when they can, or it is not there. */
export function whyUnreadable(path: string): string | null {
  try {
    readdirSync(path)
    return null
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? null : `${path} cannot be read: ${messageOf(error)}`
  }
}

/** The names of the folders in a folder, sorted; links do not count. None where there is no such folder, or it is closed. */
export function foldersIn(path: string): readonly string[] {
  return entriesIn(path, 'folder')
}

/** The names of the plain files in a folder, sorted. */
export function filesIn(path: string): readonly string[] {
  return entriesIn(path, 'file')
}

function entriesIn(path: string, kind: 'folder' | 'file'): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => (kind === 'folder' ? entry.isDirectory() : entry.isFile()))
      .map(({ name }) => name)
      .sort()
  } catch (error) {
    if (NOTHING_TO_SEE.includes(errnoOf(error) ?? '')) return []
    throw error
  }
}
