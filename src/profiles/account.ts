/**
 * Whose login a profile has, as the agent itself wrote it down: its address, its organisation and its plan. Looks at files on
 * this machine only, and at nothing of the login but the name of the plan.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { IdentityFacts } from '../agents/agent-definition.js'
import { readLogin } from '../agents/login-facts.js'
import { readFileIfPresent } from '../platform/files/atomic-file.js'
import { credentialFile, type LoginStateRequest } from './login-state.js'
import { profileFolders } from './profile-definition.js'

export interface Account {
  /** The agent's own id of it. */
  readonly id: string | null
  readonly email: string | null
  readonly organization: string | null
  readonly plan: string | null
}

/** Undefined where nothing tells, or what does cannot be read now. */
export function readAccount(request: LoginStateRequest): Account | undefined {
  const { relocation } = request.agent
  if (!relocation?.identity) return undefined
  const { identity, credential } = relocation
  try {
    const document = readObject(identityDocument(request, identity))
    const account = {
      id: textAt(document, identity.id),
      email: textAt(document, identity.email),
      organization: textAt(document, identity.organization),
    }
    if (account.id === null && account.email === null) return undefined
    const bytes = readFileIfPresent(credentialFile(request, relocation))
    const login = bytes && readLogin(credential, bytes)
    if (login?.kind !== 'login') return { ...account, plan: null }
    return {
      ...account,
      plan: textAt(login.document, [...(credential.block === null ? [] : [credential.block]), ...identity.plan]),
    }
  } catch {
    // In the middle of being written, or not to be read: nothing is known of it at this moment.
    return undefined
  }
}

/** That of the runtime while one stands; what the profile keeps of it otherwise. */
function identityDocument({ paths, profile, agent, home }: LoginStateRequest, { document }: IdentityFacts): string {
  const definition = agent.relocation?.documents.find(({ name }) => name === document)
  if (profile.plainHome) {
    return definition?.sharedIn === 'home' ? join(home, document) : join(home, agent.relocation?.defaultHome ?? '', document)
  }
  const folders = profileFolders(paths, profile.name)
  const live = join(folders.runtime, agent.relocation?.within ?? '', document)
  return existsSync(live) ? live : join(folders.state, document)
}

function readObject(path: string): unknown {
  const bytes = readFileIfPresent(path)
  return bytes && JSON.parse(bytes.toString('utf8'))
}

function textAt(value: unknown, path: readonly string[]): string | null {
  let at = value
  for (const segment of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, segment)) return null
    at = (at as Record<string, unknown>)[segment]
  }
  return typeof at === 'string' && at !== '' ? at : null
}
