/**
 * Reads a login where another tool or an agent keeps it. Files of others are met with suspicion: no link is followed, nothing
 * but a plain file of this user with a single name is taken, of a bounded size, and through one descriptor.
 */
import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import type { CredentialFacts } from '../agents/agent-definition.js'
import { loginTokens, readLogin } from '../agents/login-facts.js'
import { errnoOf, messageOf } from '../platform/perch-error.js'
import type { FoundLogin, LoginEncoding } from './found-account.js'

/** A login is some hundred bytes; with those at many MCP servers some thousand. */
const LOGIN_LIMIT_BYTES = 1024 * 1024

/** What a file holds: its bytes as they lie there, and decoded. */
export type RawLogin =
  | { readonly kind: 'raw'; readonly bytes: Buffer; readonly decoded: Buffer }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unusable'; readonly why: string }

export interface LoginPlace {
  readonly path: string
  readonly encoding: LoginEncoding
}

/** The login in the file; `absent` with `missing` as the reason when there is no such file. */
export function readStoredLogin(place: LoginPlace, facts: CredentialFacts, missing: string | null): FoundLogin {
  const raw = readRawLogin(place)
  if (raw.kind === 'missing') return { kind: 'absent', why: missing }
  return raw.kind === 'raw' ? loginIn(place, facts, raw) : raw
}

/** What the bytes that were read come to. Pure. */
export function loginIn(place: LoginPlace, facts: CredentialFacts, raw: Extract<RawLogin, { kind: 'raw' }>): FoundLogin {
  const reading = readLogin(facts, raw.decoded)
  switch (reading.kind) {
    case 'incomplete':
      return { kind: 'unusable', why: `${place.path} holds no whole login` }
    case 'blanked':
      return { kind: 'absent', why: 'has ended: the agent blanked it' }
    case 'no-login':
      return { kind: 'absent', why: 'is not in its file' }
    case 'login': {
      const tokens = loginTokens(facts, reading.document)
      const { expiresAt } = reading
      return { kind: 'stored', login: { ...place, bytes: raw.decoded, fileHash: hashOf(raw.bytes), tokens, expiresAt } }
    }
  }
}

/** The file's bytes, checked. */
export function readRawLogin({ path, encoding }: LoginPlace): RawLogin {
  const unusable = (why: string) => ({ kind: 'unusable', why: `${path} ${why}` }) as const
  let fd: number
  try {
    // A pipe in its place would be waited for, and a link may lead to a login that somebody uses.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return { kind: 'missing' }
    return unusable(errno === 'ELOOP' ? 'is a link' : `cannot be read: ${messageOf(error)}`)
  }
  try {
    const why = reasonAgainst(fstatSync(fd))
    if (why !== null) return unusable(why)
    const bytes = readBounded(fd)
    const decoded = encoding === 'plain' ? bytes : fromBase64(bytes.toString('latin1').trim())
    return decoded === undefined ? unusable('is not base64') : { kind: 'raw', bytes, decoded }
  } catch (error) {
    return unusable(`cannot be read: ${messageOf(error)}`)
  } finally {
    closeSync(fd)
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function reasonAgainst(stat: Stats): string | null {
  if (!stat.isFile()) return 'is not a file'
  const uid = process.geteuid?.()
  if (uid !== undefined && stat.uid !== uid) return `belongs to user ${stat.uid}, not to you`
  if (uid !== undefined && (stat.mode & 0o002) !== 0) return 'can be written by every user'
  // Moved, it would still be usable under its other name.
  if (stat.nlink > 1) return `has ${stat.nlink} names on this disk, and only one of them could be moved`
  if (stat.size > LOGIN_LIMIT_BYTES) return `is larger than ${LOGIN_LIMIT_BYTES} bytes`
  return null
}

/** At most what was checked: a file that grows meanwhile ends where it was. */
function readBounded(fd: number): Buffer {
  const bytes = Buffer.alloc(LOGIN_LIMIT_BYTES)
  let length = 0
  while (length < bytes.length) {
    const read = readSync(fd, bytes, length, bytes.length - length, null)
    if (read === 0) break
    length += read
  }
  return Buffer.from(bytes.subarray(0, length))
}

/** Node decodes anything, and leaves out what it does not know. */
function fromBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0 ? Buffer.from(text, 'base64') : undefined
}
