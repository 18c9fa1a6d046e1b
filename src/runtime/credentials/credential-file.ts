/** The two places of a profile's login, the durable file and what shows it in the runtime, and how each is read and stored. */
import { closeSync, fstatSync, openSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeError, writeFileAtomic } from '../../platform/files/atomic-file.js'
import { errnoOf } from '../../platform/perch-error.js'
import type { RuntimeContext } from '../runtime-context.js'
import { type CredentialSide, credentialHash } from '../sync/credential-question.js'
import type { Fingerprint } from '../tree/fingerprint.js'
import { replaceUnchanged } from '../tree/replace-entry.js'

/** A credential file as it was at one moment: its bytes, and what to know it again by. */
export interface CredentialFile extends CredentialSide {
  readonly path: string
  readonly seen: Fingerprint
}

/** The profile's own file. */
export function durablePath(context: RuntimeContext): string {
  return join(context.folders.credentials, context.relocation.credential.file)
}

/** The link, or in copy mode the copy, in the runtime. */
export function livePath(context: RuntimeContext): string {
  return join(context.config, context.relocation.credential.file)
}

/** `credentialHash` of the durable login; null when there is none. */
export function durableHash(context: RuntimeContext): string | null {
  const file = readCredential(durablePath(context))
  return file === null ? null : credentialHash(file.bytes)
}

/** Makes the bytes the durable file. The time of their write goes along: it is what later decisions compare. */
export function storeDurable(context: RuntimeContext, bytes: Uint8Array, mtimeMs: number): void {
  const target = durablePath(context)
  writeFileAtomic(target, bytes, { durable: true })
  utimesSync(target, mtimeMs / 1000, mtimeMs / 1000)
}

/** Makes the bytes of a login the durable file, and says so. */
export function storeLogin(
  context: RuntimeContext,
  bytes: Uint8Array,
  from: Pick<CredentialFile, 'path' | 'mtimeMs'>,
  why: string,
): void {
  storeDurable(context, bytes, from.mtimeMs)
  context.journal.write({ what: 'login-adopted', name: context.relocation.credential.file, from: from.path, why })
}

/** Makes `path` a copy of `file`, with its time, unless the client wrote there since `seen`: then false. */
export function copyLogin(file: CredentialFile, path: string, seen: Fingerprint | null): boolean {
  return replaceUnchanged(path, seen, (staging) => {
    writeFileSync(staging, file.bytes, { flag: 'wx', mode: 0o600 })
    utimesSync(staging, file.mtimeMs / 1000, file.mtimeMs / 1000)
  })
}

/** A credential file; null when there is none. Bytes and time are of one file, also while the client replaces it. */
export function readCredential(path: string): CredentialFile | null {
  try {
    const fd = openSync(path, 'r')
    try {
      const { size, mtimeMs, ino } = fstatSync(fd)
      return { path, bytes: readFileSync(fd), mtimeMs, seen: { size, mtimeMs, ino } }
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw writeError(path, error)
  }
}
