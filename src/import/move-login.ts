/**
 * Moves a login from where it lay into its profile, so that at every moment it can be used in one place at most, and a kill at
 * any step loses nothing. It is noted, then set aside by a rename (from there on the source has none), then stored with the
 * profile, and only then is what was set aside removed. Whoever comes after a kill completes it by the note.
 */
import { linkSync, lstatSync, renameSync, rmSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { CredentialFacts } from '../agents/agent-definition.js'
import { agentNamed, knownAgents } from '../agents/known-agents.js'
import { type LoginReading, loginTokens, readLogin } from '../agents/login-facts.js'
import { ensureFolder, readFileIfPresent, writeError, writeFileAtomic } from '../platform/files/atomic-file.js'
import { flushFolder } from '../platform/files/flush-folder.js'
import { uniqueHex } from '../platform/files/unique-name.js'
import { messageOf, PerchError } from '../platform/perch-error.js'
import { profileFolders } from '../profiles/profile-definition.js'
import { withProfileLock } from '../profiles/profile-lock.js'
import { refuseWhileUsed } from '../profiles/remove-profile.js'
import { readProfile } from '../profiles/store.js'
import { openJournal } from '../runtime/journal.js'
import { CLIENT_LOCK_WAIT_MS, lockFolders, withClientLocks } from '../runtime/locks/client-locks.js'
import { reclaimOwnLocks } from '../runtime/locks/held-client-locks.js'
import { journalPath } from '../runtime/read-journal.js'
import { takeOverBeside } from '../runtime/sync/credential-union.js'
import { isSameJson } from '../runtime/sync/json-value.js'
import type { FoundAccount, ImportPlace, StoredLogin } from './found-account.js'
import { type ImportNote, readImportNote, writeImportNote } from './import-note.js'
import { reached } from './import-step.js'
import { durablePath } from './plan.js'
import { hashOf, loginIn, readRawLogin } from './stored-login.js'

/**
 * What became of a move: it is done, or it had not begun when it was interrupted (the login is where it was), or the profile
 * has got another login meanwhile and the moved one was kept beside its old place.
 */
export type MoveOutcome =
  | { readonly kind: 'moved' }
  | { readonly kind: 'not-begun' }
  | { readonly kind: 'kept-aside'; readonly path: string }

/**
 * Moves the account's login into the profile, which an import has made.
 * @throws PerchError `login-in-use`, `profile-in-use`, `lock-timeout`, `not-writable`, `disk-full`: then the login is where it was
 */
export async function moveLogin(place: ImportPlace, profile: string, account: FoundAccount, login: StoredLogin): Promise<void> {
  await underLocks(place, profile, account, () => {
    const durable = durablePath(place.paths, profile, account)
    if (hasLogin(account, durable)) throw changed(`the profile ${profile} has a login by now`)
    requireUnchanged(login)
    const note = noteOf(place, profile)
    const aside = join(dirname(login.path), `.moving-to-perch.${uniqueHex(12)}`)
    const moving = { from: login.path, encoding: login.encoding, aside }
    writeImportNote(place.paths, profile, { ...note, login: 'moving', moving })
    reached('import-move-noted')
    try {
      renameSync(login.path, aside)
    } catch (error) {
      writeImportNote(place.paths, profile, { ...note, login: 'left', moving: null })
      throw writeError(login.path, error)
    }
    flushFolder(dirname(aside))
    reached('import-set-aside')
    finish(place, profile, account)
  })
}

/**
 * Completes a move that was interrupted.
 * @throws PerchError as `moveLogin`
 */
export async function finishMove(place: ImportPlace, profile: string): Promise<MoveOutcome> {
  const { agent } = readProfile(place.paths, profile, place.env)
  const account = { agent: agentNamed(agent, knownAgents(place.paths)), lockedBy: null }
  return await underLocks(place, profile, account, () => finish(place, profile, account))
}

type Agent = Pick<FoundAccount, 'agent'>

function finish(place: ImportPlace, profile: string, account: Agent): MoveOutcome {
  const note = noteOf(place, profile)
  const facts = account.agent.relocation?.credential
  if (note.moving === null || !facts) return { kind: 'moved' }
  const { aside, from, encoding } = note.moving
  const durable = durablePath(place.paths, profile, account)
  const record = (login: ImportNote['login']) => {
    writeImportNote(place.paths, profile, { ...note, login, moving: null })
    reached('import-recorded')
  }
  // Killed while it was put back.
  if (isSameFile(aside, from)) unlinkSync(aside)
  const raw = readRawLogin({ path: aside, encoding })
  if (raw.kind === 'missing') {
    const isThere = hasLogin(account, durable)
    record(isThere ? 'moved' : 'left')
    return { kind: isThere ? 'moved' : 'not-begun' }
  }
  if (raw.kind === 'unusable' || loginIn({ path: aside, encoding }, facts, raw).kind !== 'stored') {
    // Somebody wrote there between the look and the rename, and it is not whole yet: it is theirs.
    putBack(aside, from)
    record('left')
    throw changed(`${from} was written to meanwhile`)
  }
  if (hasLogin(account, durable)) {
    if (!isSameLogin(facts, readLogin(facts, raw.decoded), readDurable(facts, durable))) {
      record('moved')
      return { kind: 'kept-aside', path: aside }
    }
  } else {
    try {
      ensureFolder(dirname(durable))
      writeFileAtomic(durable, withWhatIsThere(facts, raw.decoded, durable), { durable: true })
      flushFolder(dirname(durable))
    } catch (error) {
      // Where it is stored all the same the next import completes it: one place must not become two.
      if (!hasLogin(account, durable)) {
        putBack(aside, from)
        record('left')
      }
      throw error
    }
  }
  reached('import-stored')
  rmSync(aside)
  flushFolder(dirname(aside))
  reached('import-removed')
  record('moved')
  return { kind: 'moved' }
}

/** The lock of the profile, and those that the agent takes where it may run on this very file. */
async function underLocks<T>(
  place: ImportPlace,
  profile: string,
  { agent, lockedBy }: Pick<FoundAccount, 'agent' | 'lockedBy'>,
  action: () => T,
): Promise<T> {
  const folders = profileFolders(place.paths, profile)
  return await withProfileLock(place.paths, profile, async () => {
    refuseWhileUsed(profile, folders)
    const keeper = { folders, journal: openJournal(journalPath(folders.sync), []) }
    reclaimOwnLocks(keeper)
    const locks = lockedBy === null ? [] : lockFolders({ config: lockedBy }, agent.relocation?.credential.locks ?? [])
    try {
      const locked = await withClientLocks(keeper, locks, CLIENT_LOCK_WAIT_MS, action)
      if (locked.busy === null) return locked.value
      throw changed(`the agent holds ${locked.busy}`)
    } catch (error) {
      throw error instanceof PerchError ? error : writeError(lockedBy ?? folders.root, error)
    }
  })
}

/** What was looked at a moment ago is what moves. */
function requireUnchanged(login: StoredLogin): void {
  const raw = readRawLogin(login)
  if (raw.kind !== 'raw' || hashOf(raw.bytes) !== login.fileHash) throw changed(`${login.path} has changed just now`)
}

/** By a second name first: a login that somebody has put there meanwhile stays, and this one beside it. */
function putBack(aside: string, from: string): void {
  try {
    linkSync(aside, from)
    unlinkSync(aside)
  } catch (cause) {
    if (lstatSync(from, { throwIfNoEntry: false }) === undefined) renameSync(aside, from)
    else
      throw new PerchError('login-in-use', `the login is in ${aside}: ${messageOf(cause)}`, { cause, hint: `Look at ${from}.` })
  }
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => lstatSync(path, { throwIfNoEntry: false }))
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev
}

/** The login, with what the profile's file holds beside one (logins at MCP servers, of a profile that ran with a key). */
function withWhatIsThere(facts: CredentialFacts, login: Buffer, durable: string): Uint8Array {
  const [mine, there] = [readLogin(facts, login), readDurable(facts, durable)]
  if (facts.block === null || mine.kind === 'incomplete' || there === undefined || there.kind === 'incomplete') return login
  return Buffer.from(JSON.stringify(takeOverBeside(facts, mine.document, there.document)))
}

function isSameLogin(facts: CredentialFacts, one: LoginReading, other: LoginReading | undefined): boolean {
  if (one.kind !== 'login' || other?.kind !== 'login') return false
  return isSameJson(loginTokens(facts, one.document), loginTokens(facts, other.document))
}

function hasLogin({ agent }: Agent, durable: string): boolean {
  return agent.relocation !== null && readDurable(agent.relocation.credential, durable)?.kind === 'login'
}

function readDurable(facts: CredentialFacts, durable: string): LoginReading | undefined {
  const bytes = readFileIfPresent(durable)
  return bytes && readLogin(facts, bytes)
}

function noteOf(place: ImportPlace, profile: string): ImportNote {
  const note = readImportNote(place.paths, profile)
  if (note === undefined) throw changed(`the profile ${profile} is not that of an import any more`)
  return note
}

function changed(why: string): PerchError {
  return new PerchError('login-in-use', `the login was not moved: ${why}`, { hint: 'Import again when nothing uses it.' })
}
