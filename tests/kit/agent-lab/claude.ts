/**
 * What the real Claude Code needs to run in a test: its environment for an API key and for a login, the files that a
 * login leaves, and the answers to its first-start questions. Every address in it is loopback: with a variable missing
 * the agent meets a closed door, never the network.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import * as v from 'valibot'
import type { TestHome } from '../temporary-home.js'
import type { InstalledAgent } from './install-agent.js'
import { identityOf, type Login } from './invented-accounts.js'
import type { LoginProvider } from './login-provider.js'
import type { Provider } from './provider.js'
import { LAB_CA_FILE } from './tls-proxy.js'

type Environment = Readonly<Record<string, string>>

const LoginTokens = v.looseObject({ accessToken: v.string(), refreshToken: v.string(), expiresAt: v.number() })
const CredentialFile = v.looseObject({ claudeAiOauth: LoginTokens, mcpOAuth: v.optional(v.unknown()) })
export type LoginTokens = v.InferOutput<typeof LoginTokens>

const INVENTED_API_KEY = 'sk-ant-api03-test'

/** Puts the agent on `PATH` and keeps it quiet; no way to a provider in it. */
export function claudeEnvironment(home: TestHome, agent: InstalledAgent): Environment {
  return {
    ...home.env,
    PATH: [agent.folder, home.env.PATH].join(delimiter),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    // Not covered by NONESSENTIAL_TRAFFIC (the vendor's list of variables): the first interactive start fetches it.
    CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL: '1',
    CLAUDE_CODE_TMPDIR: home.env.TMPDIR ?? home.root,
  }
}

/** What lets an agent reach the provider with an API key: for the environment, or for a profile's own. */
export function apiKeyVariables(provider: Provider): Environment {
  return { ANTHROPIC_BASE_URL: provider.url, ANTHROPIC_API_KEY: INVENTED_API_KEY, ...proxyVariables(provider.url) }
}

/** What lets an agent with a login reach the login provider. */
export function loginVariables(provider: LoginProvider): Environment {
  return { NODE_EXTRA_CA_CERTS: LAB_CA_FILE, ...proxyVariables(provider.proxyUrl) }
}

function proxyVariables(url: string): Environment {
  return { HTTPS_PROXY: url, HTTP_PROXY: url, NO_PROXY: '127.0.0.1,localhost' }
}

export interface LoginFiles {
  readonly credentials: string
  readonly globalDocument: string
}

/** Writes a login into a config folder: the credential file, and the identity that the client keeps beside it. */
export function writeLogin(
  configFolder: string,
  email: string,
  login: Login,
  seed: Readonly<Record<string, unknown>> = {},
): LoginFiles {
  mkdirSync(configFolder, { recursive: true, mode: 0o700 })
  const credentials = join(configFolder, '.credentials.json')
  const globalDocument = join(configFolder, '.claude.json')
  writePrivate(credentials, credentialFile(login))
  writePrivate(globalDocument, { ...seed, oauthAccount: oauthAccountOf(email) })
  return { credentials, globalDocument }
}

/** The whole credential file of a login, with one of an MCP server beside it, which must never get lost. */
export function credentialFile(login: Login): Readonly<Record<string, unknown>> {
  return { claudeAiOauth: login, mcpOAuth: MCP_LOGIN }
}

/** A login of another kind in the same file: perch does not know its fields. */
export const MCP_LOGIN = { 'server|0123': { serverName: 'server', accessToken: 'invented', expiresAt: 0 } }

/** The login block of a credential file as it is now. */
export function loginIn(credentials: string): LoginTokens {
  return readCredentials(credentials).claudeAiOauth
}

/** The logins at MCP servers in a credential file as it is now. */
export function mcpLoginsIn(credentials: string): unknown {
  return readCredentials(credentials).mcpOAuth
}

function readCredentials(path: string): v.InferOutput<typeof CredentialFile> {
  return v.parse(CredentialFile, JSON.parse(readFileSync(path, 'utf8')))
}

/** The identity block of the client's global document. */
export function oauthAccountOf(email: string): Readonly<Record<string, unknown>> {
  const { accountUuid, organizationUuid, organizationName } = identityOf(email)
  return { accountUuid, emailAddress: email, organizationUuid, organizationName, organizationRole: 'admin' }
}

/** Keys of the global document with which the full-screen interface starts without asking, in these folders. */
export function answeredQuestions(trustedFolders: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    hasCompletedOnboarding: true,
    theme: 'dark',
    // The last characters of the key: how the client remembers that the person allowed it.
    customApiKeyResponses: { approved: [INVENTED_API_KEY.slice(-20)], rejected: [] },
    projects: Object.fromEntries(trustedFolders.map((folder) => [folder, { hasTrustDialogAccepted: true }])),
  }
}

export function writePrivate(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value), { mode: 0o600 })
}
