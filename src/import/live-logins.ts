/** The logins that are in use already: those of the agents' plain homes, and those of the profiles that there are. */
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { type KnownAgents, knownAgents } from '../agents/known-agents.js'
import { loginTokens, readLogin } from '../agents/login-facts.js'
import { readFileIfPresent } from '../platform/files/atomic-file.js'
import { readAccount } from '../profiles/account.js'
import { defaultProfile } from '../profiles/default-profile.js'
import { credentialFile, type LoginStateRequest, loginState } from '../profiles/login-state.js'
import { DEFAULT_PROFILE } from '../profiles/profile-name.js'
import { listProfiles } from '../profiles/store.js'
import type { ImportPlace, LoginHolder } from './found-account.js'
import { readImportNote } from './import-note.js'
import type { ExistingProfile } from './import-question.js'

/** The plain home of each agent that is logged in there, or may be. */
export function plainHomeLogins({ paths, env, home }: ImportPlace): readonly LoginHolder[] {
  const known = knownAgents(paths)
  const plain = defaultProfile(env, known)
  return known.all.flatMap((agent) => {
    const request = { paths, profile: { ...plain, agent: agent.name }, agent, home }
    const title = join(home, agent.relocation?.defaultHome ?? '')
    // Where the keychain may hold it the account alone tells.
    return loginState(request).loggedIn === false ? [] : holderOf(request, title)
  })
}

/** Every profile but `default`, also one whose file is broken: its name is taken. */
export function existingProfiles({ paths, env, home }: ImportPlace): readonly ExistingProfile[] {
  const known = knownAgents(paths)
  return listProfiles(paths, env)
    .filter(({ name }) => name !== DEFAULT_PROFILE)
    .map(({ name, profile }) => {
      const agent = profile && agentOf(profile.agent, known)
      const [holder = null] = profile && agent ? holderOf({ paths, profile, agent, home }, `the profile ${name}`) : []
      return { name, note: readImportNote(paths, name), holder: holder?.tokens.length ? holder : null }
    })
}

function agentOf(name: string, known: KnownAgents) {
  return known.all.find((agent) => agent.name === name)
}

function holderOf(request: LoginStateRequest, title: string): readonly LoginHolder[] {
  const { relocation } = request.agent
  if (relocation === null) return []
  const identity = readAccount(request) ?? null
  const path = credentialFile(request, relocation)
  const tokens = tokensAt(path, (bytes) => {
    const login = readLogin(relocation.credential, bytes)
    return login.kind === 'login' ? loginTokens(relocation.credential, login.document) : []
  })
  return identity === null && tokens.length === 0 ? [] : [{ path: finalPath(path), title, tokens, identity }]
}

function tokensAt(path: string, read: (bytes: Buffer) => readonly string[]): readonly string[] {
  try {
    const bytes = readFileIfPresent(path)
    return bytes ? read(bytes) : []
  } catch {
    // It cannot be compared. Whoever holds it still is another file than the one that would move.
    return []
  }
}

function finalPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
