/** A person's HOME, a perch home and a profile of Claude Code in a temporary folder, with the things a client does to its files. */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { AgentDefinition } from '../../src/agents/agent-definition.js'
import { type PerchPaths, perchPaths } from '../../src/platform/paths.js'
import { createProfile } from '../../src/profiles/create-profile.js'
import { type ProfileDefinition, type ProfileFolders, profileFolders } from '../../src/profiles/profile-definition.js'
import { type AcquiredRuntime, acquireRuntime } from '../../src/runtime/acquire.js'
import { collectDeadLeases, type ReleaseResult, releaseRuntime } from '../../src/runtime/release.js'
import type { LinkMode } from '../../src/runtime/tree/link-mode.js'
import { builtInAgent } from '../kit/built-in-agents.js'

export interface ProfileLab {
  readonly root: string
  readonly home: string
  readonly perchHome: string
  readonly sharedHome: string
  readonly paths: PerchPaths
  readonly agent: AgentDefinition
  /** How its runtimes are built, unless a test says otherwise. */
  readonly linkMode: LinkMode
  readonly profile: ProfileDefinition
  readonly folders: ProfileFolders
  /** The lab for another profile of the same person. */
  add(name: string, changes?: Partial<ProfileDefinition>): Promise<ProfileLab>
  acquire(leaseId?: string, env?: Record<string, string>): Promise<AcquiredRuntime>
  release(leaseId?: string): Promise<ReleaseResult>
  collect(): ReturnType<typeof collectDeadLeases>
  inRuntime(...names: string[]): string
  inShared(...names: string[]): string
  readonly globalDocument: string
  readonly durableLogin: string
  conflicts(): readonly string[]
  journal(): readonly Record<string, unknown>[]
  [Symbol.asyncDispose](): Promise<void>
}

/** Opens a lab with one profile. `changes` go over what the store made of it. */
export async function openProfileLab(
  options: {
    readonly agent?: string
    readonly changes?: Partial<ProfileDefinition>
    readonly sharedHome?: boolean
    readonly linkMode?: LinkMode
  } = {},
): Promise<ProfileLab> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'lab-')))
  const home = join(root, 'home')
  mkdirSync(home)
  const agent = options.agent ?? 'claude'
  const relocation = builtInAgent(agent).relocation
  if (options.sharedHome !== false && relocation) mkdirSync(join(home, relocation.defaultHome), { recursive: true })
  return await labFor(root, home, agent, 'work', options.changes ?? {}, options.linkMode ?? 'link')
}

async function labFor(
  root: string,
  home: string,
  agentName: string,
  name: string,
  changes: Partial<ProfileDefinition>,
  linkMode: LinkMode,
): Promise<ProfileLab> {
  const perchHome = join(root, 'perch')
  const paths = perchPaths({ PERCH_HOME: perchHome })
  const agent = builtInAgent(agentName)
  const profile = { ...(await createProfile(paths, { name, agent: agentName })), ...changes }
  const folders = profileFolders(paths, name)
  const sharedHome = join(home, agent.relocation?.defaultHome ?? '')
  const request = { paths, profile, agent, home }
  return {
    root,
    home,
    perchHome,
    sharedHome,
    paths,
    agent,
    linkMode,
    profile,
    folders,
    add: (other, otherChanges = {}) => labFor(root, home, agentName, other, otherChanges, linkMode),
    acquire: (leaseId = 'one', env = {}) => acquireRuntime({ ...request, leaseId, env: { PERCH_LINK_MODE: linkMode, ...env } }),
    release: (leaseId = 'one') => releaseRuntime({ ...request, leaseId }),
    collect: () => collectDeadLeases(request),
    inRuntime: (...names) => join(folders.runtime, agent.relocation?.within ?? '', ...names),
    inShared: (...names) => join(sharedHome, ...names),
    globalDocument: join(home, '.claude.json'),
    durableLogin: join(folders.credentials, agent.relocation?.credential.file ?? ''),
    conflicts: () => contentsOf(join(paths.state, 'conflicts', name)),
    journal: () => linesOf(join(folders.sync, 'journal.jsonl')),
    [Symbol.asyncDispose]: async () => rmSync(root, { recursive: true, force: true }),
  }
}

/** An invented login. */
export function login(token: string, extra: Record<string, unknown> = {}, expiresAt = 1_900_000_000_000): string {
  const claudeAiOauth = {
    accessToken: `access-${token}`,
    refreshToken: `refresh-${token}`,
    expiresAt,
    scopes: ['user:inference'],
  }
  return JSON.stringify({ claudeAiOauth, ...extra })
}

/** What the client leaves after a refused refresh. */
export function blankedLogin(extra: Record<string, unknown> = {}): string {
  return JSON.stringify({ claudeAiOauth: { accessToken: '', refreshToken: '', expiresAt: 0 }, ...extra })
}

/** Writes as the client does: a staging file and a rename, which replaces a link by a file. `atMs` sets the time of the write. */
export function writeByRename(path: string, content: string, atMs?: number): void {
  const staging = `${path}.tmp.1.abcdef`
  writeFileSync(staging, content, { mode: 0o600 })
  renameSync(staging, path)
  if (atMs !== undefined) utimesSync(path, new Date(atMs), new Date(atMs))
}

export function writeNew(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

export function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
}

export function readText(path: string): string {
  return readFileSync(path, 'utf8')
}

function contentsOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readText(join(entry.parentPath, entry.name)))
  } catch {
    return []
  }
}

function linesOf(path: string): readonly Record<string, unknown>[] {
  try {
    return readText(path)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  } catch {
    return []
  }
}

/** Whether the runtime shows the durable login: by a link to it, or in copy mode by a file that says the same. */
export function showsLogin(lab: ProfileLab): boolean {
  const shown = lab.inRuntime(basename(lab.durableLogin))
  if (lab.linkMode === 'link') return readlinkSync(shown) === lab.durableLogin
  return lstatSync(shown).isFile() && readText(shown) === readText(lab.durableLogin)
}
