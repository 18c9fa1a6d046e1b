/**
 * Profiles of perch with the real Claude Code in them, set up only through perch's own commands: a login comes into a
 * profile as the client would write it, inside a session, into the config folder that the session was given.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { profileFolder } from '../../../src/platform/paths.js'
import { profileFolders } from '../../../src/profiles/profile-definition.js'
import { perchText } from '../perch-program.js'
import type { TestHome } from '../temporary-home.js'
import { claudeEnvironment, credentialFile, oauthAccountOf, writePrivate } from './claude.js'
import type { InstalledAgent } from './install-agent.js'
import type { Login } from './invented-accounts.js'

/** Temp file and rename, as the client replaces its own files (`agents.md`: section 2). */
const REPLACE = 'cp -p "$1" "$CLAUDE_CONFIG_DIR/$2.tmp.0" && mv "$CLAUDE_CONFIG_DIR/$2.tmp.0" "$CLAUDE_CONFIG_DIR/$2"'

/** The home with the agent on its PATH and these variables in the person's shell. The home's owner still disposes of it. */
export function withClaude(home: TestHome, agent: InstalledAgent, variables: Readonly<Record<string, string>>): TestHome {
  return { ...home, env: { ...claudeEnvironment(home, agent), ...variables } }
}

/** Makes the profile; `variables` are its own environment. */
export async function addClaudeProfile(
  home: TestHome,
  name: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<void> {
  const env = Object.entries(variables).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  await perchText(home, ['profile', 'add', name, '--agent', 'claude', ...env])
}

/** Logs the profile in, as `/login` does in a session of it. */
export async function logInProfile(home: TestHome, profile: string, email: string, login: Login): Promise<void> {
  await replaceInRuntime(home, profile, '.credentials.json', credentialFile(login))
  await addToGlobalDocument(home, profile, { oauthAccount: oauthAccountOf(email) })
}

/** Adds keys to the profile's `.claude.json`, as the client does in a session of it. */
export async function addToGlobalDocument(
  home: TestHome,
  profile: string,
  keys: Readonly<Record<string, unknown>>,
): Promise<void> {
  const text = await perchText(home, [
    'exec',
    profile,
    '--pipe',
    '--',
    'sh',
    '-c',
    'cat "$CLAUDE_CONFIG_DIR/.claude.json" || echo {}',
  ])
  await replaceInRuntime(home, profile, '.claude.json', { ...JSON.parse(text), ...keys })
}

/** Where a profile's login is kept between sessions. */
export function durableCredentials(home: TestHome, profile: string): string {
  return join(profileFolder(home.paths, profile), 'credentials', '.credentials.json')
}

/** Where a file of the profile's runtime is while a session runs. */
export function runtimeFile(home: TestHome, profile: string, name: string): string {
  return join(profileFolders(home.paths, profile).runtime, name)
}

export type Json = Record<string, unknown>

/** A document of the client; empty while there is none. It replaces its files whole, so one that is there parses. */
export function documentAt(path: string): Json {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Json) : {}
}

async function replaceInRuntime(home: TestHome, profile: string, name: string, content: unknown): Promise<void> {
  const source = join(home.folder('staged'), `${profile}${name}`)
  writePrivate(source, content)
  await perchText(home, ['exec', profile, '--pipe', '--', 'sh', '-c', REPLACE, 'sh', source, name])
}
