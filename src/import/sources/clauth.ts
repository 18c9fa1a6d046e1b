/**
 * clauth: `~/.clauth/profiles/NAME/`, each with `credentials.json` (or the long-lived `session-token.json`) and `config.toml`
 * (endpoint, key, variables, models), and `profiles.toml`, which says which one is linked into the plain home. Facts: the
 * tool's own documentation (its pages on configuration and security), 2026.
 */
import { existsSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { claude } from '../../agents/claude.js'
import { findProcessUsing } from '../../runtime/liveness/process-scan.js'
import type { FoundAccount, FoundLogin, ImportPlace, SourceReading } from '../found-account.js'
import { NOTHING_FOUND } from '../found-account.js'
import { readStoredLogin } from '../stored-login.js'
import { identityOf } from './account-documents.js'
import { readClauthConfig } from './clauth-config.js'
import { homeHolder } from './home-holder.js'
import { foldersIn, readJson, readToml, whyUnreadable } from './small-files.js'

export function clauthFolder({ home }: ImportPlace): string {
  return join(home, '.clauth')
}

export function readClauth(place: ImportPlace): SourceReading {
  const root = clauthFolder(place)
  const profiles = join(root, 'profiles')
  const closed = whyUnreadable(profiles)
  if (closed !== null) return { ...NOTHING_FOUND, notes: [`${closed}: nothing of clauth is imported.`] }
  const names = foldersIn(profiles)
  if (names.length === 0) return NOTHING_FOUND
  const state = readToml(join(root, 'profiles.toml'))
  const active = v.safeParse(v.looseObject({ active_profile: v.string() }), state.value)
  const activeName = active.success ? active.output.active_profile : null
  return {
    accounts: names.map((name) => accountOf(join(profiles, name), name, name === activeName)),
    holders: names.flatMap((name) =>
      sessionFolders(join(profiles, name)).flatMap((folder) => homeHolder(folder, { isSameAccountSameLogin: true })),
    ),
    // Without it nobody knows which of them the plain home uses; equal tokens still tell.
    notes: state.problem === null ? [] : [`${state.problem}.`],
  }
}

function accountOf(folder: string, name: string, isActive: boolean): FoundAccount {
  const { needsNone, ...config } = readClauthConfig(folder)
  return {
    source: 'clauth',
    key: folder,
    label: name,
    agent: claude,
    identity: identityOf(accountId(folder), null),
    login: loginOf(folder, needsNone),
    ...config,
    documents: new Map(),
    isActive,
    obstacles: obstaclesIn(folder),
    lockedBy: null,
  }
}

/** Sessions of clauth run on the long-lived token where there is one; the pair beside it is then refreshed by clauth alone. */
function loginOf(folder: string, needsNone: boolean): FoundLogin {
  if (claude.relocation === null) throw new Error('Claude Code can be moved')
  const { credential } = claude.relocation
  const missing = needsNone ? null : 'is not in its folder'
  const pair = readStoredLogin({ path: join(folder, 'credentials.json'), encoding: 'plain' }, credential, missing)
  if (pair.kind !== 'absent') return pair
  return readStoredLogin({ path: join(folder, 'session-token.json'), encoding: 'plain' }, credential, pair.why)
}

function obstaclesIn(folder: string): readonly string[] {
  const pending = join(folder, 'credentials.json.pending')
  const interrupted = existsSync(pending) ? [`clauth was interrupted while it refreshed it (${pending}): start clauth once`] : []
  return [...interrupted, ...sessionFolders(folder).flatMap(sessionObstacle)]
}

/** The agent puts a file in place of the link to the login when it refreshes it; clauth takes that over at its next start. */
function sessionObstacle(session: string): readonly string[] {
  const found = findProcessUsing(session)
  if (found.kind === 'used') return [`process ${found.pid} runs with it, in ${session}: end it first`]
  if (found.kind === 'unknown') return [`who uses ${session} cannot be told`]
  const isLeft = lstatSync(join(session, '.credentials.json'), { throwIfNoEntry: false })?.isFile()
  return isLeft ? [`a session that was killed left a login of its own in ${session}: start clauth once`] : []
}

function sessionFolders(folder: string): readonly string[] {
  return foldersIn(folder)
    .filter((name) => name.startsWith('runtime'))
    .map((name) => join(folder, name))
}

function accountId(folder: string): string | null {
  const { value } = readJson(join(folder, 'account_id.json'))
  return typeof value === 'string' && value !== '' && value.length <= 320 ? value : null
}
