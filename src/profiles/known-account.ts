/**
 * The account that a profile is known to have. The first that was seen is remembered; another one logged in inside the profile is
 * told to the person until they say that it is the right one.
 */
import { join } from 'node:path'
import * as v from 'valibot'
import { readJsonUnlessCorrupt, writeJsonAtomic } from '../platform/files/atomic-file.js'
import type { PerchPaths } from '../platform/paths.js'
import { type Account, readAccount } from './account.js'
import type { LoginStateRequest } from './login-state.js'
import { profileFolders } from './profile-definition.js'

const KnownAccount = v.looseObject({ id: v.nullable(v.string()), email: v.nullable(v.string()), since: v.string() })
type KnownAccount = v.InferOutput<typeof KnownAccount>

export interface AccountState {
  /** Null where nothing tells. */
  readonly account: Account | null
  /** The address, or the id, of the one that it was before: null unless it is another one now. */
  readonly was: string | null
}

/** What the agent says now, beside what is remembered. */
export function accountState(request: LoginStateRequest): AccountState {
  const account = readAccount(request)
  const known = readKnown(request.paths, request.profile.name)
  const isOther = account !== undefined && known !== undefined && !isSame(account, known)
  return { account: account ?? null, was: isOther ? (known.email ?? known.id) : null }
}

/**
 * Remembers the account of a profile of which none is known yet. In the plain home of an agent a person logs in as they like.
 * @throws PerchError `disk-full`, `not-writable`
 */
export function noteAccount(request: LoginStateRequest): void {
  if (request.profile.plainHome || readKnown(request.paths, request.profile.name) !== undefined) return
  acceptAccount(request)
}

/**
 * Remembers the account that the profile has now, whatever it had.
 * @throws PerchError `disk-full`, `not-writable`
 */
export function acceptAccount(request: LoginStateRequest): void {
  const account = readAccount(request)
  if (account === undefined) return
  const known: KnownAccount = { id: account.id, email: account.email, since: new Date().toISOString() }
  writeJsonAtomic(knownPath(request.paths, request.profile.name), known)
}

/** What a person is told of a profile in which another account has logged in; a sentence. */
export function changedAccountText(profile: string, was: string, now: string | null): string {
  const is = now ?? 'another account'
  return `the profile ${profile} was logged in as ${was} and is logged in as ${is} now; if that is right: perch profile accept ${profile}`
}

function readKnown(paths: PerchPaths, profile: string): KnownAccount | undefined {
  const parsed = v.safeParse(KnownAccount, readJsonUnlessCorrupt(knownPath(paths, profile)))
  return parsed.success ? parsed.output : undefined
}

/** By the agent's id, since an address may change; by the address where one of them has none. */
function isSame(one: Pick<Account, 'id' | 'email'>, other: Pick<Account, 'id' | 'email'>): boolean {
  return one.id !== null && other.id !== null ? one.id === other.id : one.email === other.email
}

function knownPath(paths: PerchPaths, profile: string): string {
  return join(profileFolders(paths, profile).root, 'account.json')
}
