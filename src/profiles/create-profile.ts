/**
 * Makes a profile. It is seen whole or not at all: made under a staging name and renamed, as the only one who holds the
 * profile's lock.
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { claude } from '../agents/claude.js'
import { command } from '../agents/command.js'
import { agentNamed, knownAgents } from '../agents/known-agents.js'
import { ensureFolder, writeError, writeFileAtomic } from '../platform/files/atomic-file.js'
import { writeToml } from '../platform/files/toml-file.js'
import type { PerchPaths } from '../platform/paths.js'
import { errnoOf, PerchError } from '../platform/perch-error.js'
import { type ProfileDefinition, profileFolders } from './profile-definition.js'
import { profileTable, readProfileFile } from './profile-file.js'
import { isVariable } from './profile-keys.js'
import { withProfileLock } from './profile-lock.js'
import { checkNewProfileName } from './profile-name.js'
import { profilesFolder } from './store.js'

export interface NewProfileRequest {
  readonly name: string
  /** Absent: Claude Code, or `command` when a command is given. */
  readonly agent?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly command?: readonly string[] | undefined
}

/** What a profile may be made with besides what a person says on a command line: what was found elsewhere. */
export interface ProfileExtras {
  readonly baseUrl?: string | null
  readonly settings?: Readonly<Record<string, unknown>>
  /** Files of its folder by their path in it: there as soon as anybody sees the profile. */
  readonly files?: ReadonlyMap<string, string>
}

/**
 * Makes a profile.
 * @throws PerchError `bad-name`, `unknown-agent`, `bad-agent-file`, `unsafe-file`, `bad-request`, `profile-exists`, `disk-full`, `not-writable`
 */
export async function createProfile(
  paths: PerchPaths,
  request: NewProfileRequest,
  extras: ProfileExtras = {},
): Promise<ProfileDefinition> {
  checkNewProfileName(request.name)
  const known = knownAgents(paths)
  const agent = agentNamed(request.agent ?? (request.command ? command.name : claude.name), known).name
  checkRequest(request, agent)
  const folders = profileFolders(paths, request.name)
  return await withProfileLock(paths, request.name, () => {
    if (existsSync(folders.root)) throw alreadyThere(request.name)
    const staging = join(profilesFolder(paths), `.new-${request.name}`)
    // Whoever left it was killed: only the holder of the profile's lock makes one.
    rmSync(staging, { recursive: true, force: true })
    try {
      for (const folder of ['credentials', 'state', 'leases', 'sync']) ensureFolder(join(staging, folder))
      const { baseUrl = null, settings = {}, files = new Map<string, string>() } = extras
      const table = profileTable({ agent, env: request.env ?? {}, command: request.command ?? null, baseUrl, settings })
      writeToml(join(staging, 'profile.toml'), table)
      for (const [path, text] of files) writeFileAtomic(join(staging, path), text, { durable: true })
      renameSync(staging, folders.root)
    } catch (error) {
      rmSync(staging, { recursive: true, force: true })
      throw errnoOf(error) === 'ENOTEMPTY' ? alreadyThere(request.name) : writeError(folders.root, error)
    }
    return readProfileFile(folders.file, request.name, known)
  })
}

function checkRequest(request: NewProfileRequest, agent: string): void {
  for (const [key, value] of Object.entries(request.env ?? {})) {
    if (!isVariable(key, value)) {
      throw new PerchError('bad-request', `${JSON.stringify(key)} cannot be a variable`, { hint: 'Write it as NAME=VALUE.' })
    }
  }
  if (request.command === undefined) return
  if (agent !== 'command') {
    throw new PerchError('bad-request', `a command can be given to a profile of the agent "command" only, not of ${agent}`, {
      hint: 'Add --agent command, or leave out --command.',
    })
  }
  if (!request.command[0])
    throw new PerchError('empty-command', 'the command of the profile is empty', { hint: 'Name a program after --.' })
}

function alreadyThere(name: string): PerchError {
  return new PerchError('profile-exists', `there is already a profile ${name}`, {
    hint: `See it with: perch profile show ${name}`,
  })
}
