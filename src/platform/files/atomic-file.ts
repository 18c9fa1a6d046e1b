/**
 * Files that are seen whole or not at all: written to a staging name beside the target, then renamed over it.
 * perch's own files are 0600 in 0700 folders; a person's file keeps the mode it had (pass it in).
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errnoOf, PerchError } from '../perch-error.js'
import { noteOwnWrite } from './own-writes.js'
import { uniqueHex } from './unique-name.js'

/** Staging names end like this everywhere, so that sync and leak checks know them. */
export const STAGING_SUFFIX = '.perch-tmp'

/** A new staging name beside `path`; not made from its name, which may be as long as a name can be. */
export function stagingPathFor(path: string): string {
  return join(dirname(path), `.${uniqueHex(12)}${STAGING_SUFFIX}`)
}

/**
 * Replaces `path` by `content`. With `durable`, the bytes are on the disk before the rename (logins, exit records).
 * @throws PerchError `disk-full`, `not-writable`, or the system error
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: { mode?: number; durable?: boolean } = {},
): void {
  const staging = stagingPathFor(path)
  try {
    const fd = openSync(staging, 'wx', options.mode ?? 0o600)
    try {
      writeFully(fd, typeof content === 'string' ? Buffer.from(content) : content)
      if (options.durable) fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    noteOwnWrite(path, staging)
    renameSync(staging, path)
  } catch (error) {
    rmSync(staging, { force: true })
    throw writeError(path, error)
  }
}

/** `writeFileAtomic` of a JSON document with a final newline. */
export function writeJsonAtomic(path: string, value: unknown, options: { mode?: number; durable?: boolean } = {}): void {
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`, options)
}

/** The file's bytes, or undefined where there is no such file. Any other failure is thrown. */
export function readFileIfPresent(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}

/**
 * The file parsed as JSON, or undefined where there is no such file.
 * @throws PerchError `corrupt-file` when it does not parse
 */
export function readJsonIfPresent(path: string): unknown {
  const bytes = readFileIfPresent(path)
  if (bytes === undefined) return undefined
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new PerchError('corrupt-file', `${path} is not valid JSON`, { cause, hint: 'Move the file aside and try again.' })
  }
}

/** The same of a note that may be done without: one that a power cut has emptied counts as none. */
export function readJsonUnlessCorrupt(path: string): unknown {
  try {
    return readJsonIfPresent(path)
  } catch (error) {
    if (error instanceof PerchError && error.code === 'corrupt-file') return undefined
    throw error
  }
}

/**
 * Makes a folder and its parents; folders it makes are 0700.
 * @throws PerchError `disk-full`, `not-writable`, or the system error
 */
export function ensureFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw folderError(path, error)
  }
}

/** Turns the errnos that a person can act on into a PerchError; returns anything else as it is. */
export function writeError(path: string, error: unknown): unknown {
  switch (errnoOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new PerchError('disk-full', `no space left to write ${path}`, {
        cause: error,
        hint: 'Free some space and try again.',
      })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new PerchError('not-writable', `${path} cannot be written`, {
        cause: error,
        hint: 'Check its owner and permissions.',
      })
    default:
      return error
  }
}

function folderError(path: string, error: unknown): unknown {
  switch (errnoOf(error)) {
    case 'EEXIST':
    case 'ENOTDIR':
      return new PerchError('not-writable', `${path} cannot be made: a file is in the way`, {
        cause: error,
        hint: 'Move the file away, or name another folder.',
      })
    case 'ENOENT':
      // What a recursive mkdir says of a read-only file system (Node 20); the plain one says EROFS.
      return writeError(dirname(path), errorOf(() => mkdirSync(path, { mode: 0o700 })) ?? error)
    default:
      return writeError(dirname(path), error)
  }
}

function errorOf(step: () => void): unknown {
  try {
    step()
    return undefined
  } catch (error) {
    return error
  }
}

function writeFully(fd: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.byteLength) written += writeSync(fd, bytes, written)
}
