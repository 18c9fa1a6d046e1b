/** The two places of a profile's login, the durable file and the link to it in the runtime, and how each is read and stored. */
import { lstatSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { writeError, writeFileAtomic } from '../../platform/files/atomic-file.js'
import { errnoOf } from '../../platform/perch-error.js'
import type { RuntimeContext } from '../runtime-context.js'
import { type CredentialSide, credentialHash } from '../sync/credential-question.js'

/** The profile's own file. */
export function durablePath(context: RuntimeContext): string {
  return join(context.folders.credentials, context.relocation.credential.file)
}

/** The link in the runtime. */
export function livePath(context: RuntimeContext): string {
  return join(context.config, context.relocation.credential.file)
}

/** `credentialHash` of the durable login; null when there is none. */
export function durableHash(context: RuntimeContext): string | null {
  const side = readSide(durablePath(context))
  return side === null ? null : credentialHash(side.bytes)
}

/** Makes the bytes the durable login. The time of the write goes along with the bytes: it is what later decisions compare. */
export function storeLogin(context: RuntimeContext, bytes: Uint8Array, source: string, why: string): void {
  const { mtime } = lstatSync(source)
  writeFileAtomic(durablePath(context), bytes, { durable: true })
  utimesSync(durablePath(context), mtime, mtime)
  context.journal.write({ what: 'login-adopted', name: context.relocation.credential.file, from: source, why })
}

/** A credential file as the decision sees it; null when there is none. */
export function readSide(path: string): CredentialSide | null {
  try {
    const { mtimeMs } = lstatSync(path)
    return { bytes: readFileSync(path), mtimeMs }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw writeError(path, error)
  }
}
