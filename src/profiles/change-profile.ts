/**
 * Changes what `profile.toml` says. The file is rewritten whole and at once, by one at a time; a person's comments cannot be
 * kept in it, so the file as it was stays beside it when it had any.
 */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { knownAgents } from '../agents/known-agents.js'
import { failpoint } from '../platform/failpoint.js'
import { readFileIfPresent, writeFileAtomic } from '../platform/files/atomic-file.js'
import { parseToml, tomlText } from '../platform/files/toml-file.js'
import type { PerchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { applyChanges, checkChange, type ProfileChange, shapesRuntime } from './profile-change.js'
import { type ProfileDefinition, type ProfileFolders, profileFolders } from './profile-definition.js'
import { profileOf } from './profile-file.js'
import { withProfileLock } from './profile-lock.js'
import { checkProfileName, DEFAULT_PROFILE } from './profile-name.js'
import { refuseWhileUsed } from './remove-profile.js'
import { profileNotFound } from './store.js'

export interface ChangedProfile {
  readonly profile: ProfileDefinition
  /** What the person should be told, as sentences. */
  readonly notices: readonly string[]
}

/**
 * Makes all of the changes, or none. A change of what a runtime is built from is refused while one stands; the caller takes
 * it down before (`collectDeadLeases`).
 * @throws PerchError `bad-name`, `profile-not-found`, `bad-request`, `unknown-agent`, `profile-in-use`, `corrupt-profile`,
 * `not-writable`, `disk-full`
 */
export async function changeProfile(paths: PerchPaths, name: string, changes: readonly ProfileChange[]): Promise<ChangedProfile> {
  requireChangeable(name)
  const known = knownAgents(paths)
  for (const change of changes) checkChange(change, known)
  const folders = profileFolders(paths, name)
  return await withProfileLock(paths, name, () => {
    const bytes = existsSync(folders.root) ? readFileIfPresent(folders.file) : undefined
    if (bytes === undefined) throw profileNotFound(paths, name)
    const text = bytes.toString('utf8')
    const { table } = parseToml(folders.file, text, 'corrupt-profile')
    if (shapesRuntime(changes)) refuseWhileUsed(name, folders)
    const changed = applyChanges(table, changes)
    const newText = tomlText(changed)
    const profile = profileOf(parseToml(folders.file, newText, 'corrupt-profile'), name, known)
    checkTogether(profile)
    if (profile.agent !== table.agent) refuseOtherAgent(name, folders)
    const notices = /#/.test(text) ? [keepCommented(folders, text)] : []
    failpoint('profile-set-kept')
    writeFileAtomic(folders.file, newText)
    failpoint('profile-set-written')
    return { profile, notices }
  })
}

/** @throws PerchError `bad-name` */
export function requireChangeable(name: string): void {
  checkProfileName(name)
  if (name !== DEFAULT_PROFILE) return
  throw new PerchError('bad-name', `${DEFAULT_PROFILE} is built in and cannot be changed`, {
    hint: 'Make a profile of your own: perch profile add NAME',
  })
}

function checkTogether({ agent, command }: ProfileDefinition): void {
  if (command === null || agent === 'command') return
  throw new PerchError('bad-request', `command: only a profile of the agent "command" has one, not of ${agent}`)
}

/** A login and private files of one agent mean nothing to another, and would be lost among its own. */
function refuseOtherAgent(name: string, { credentials, state }: ProfileFolders): void {
  const isUsed = [credentials, state].some((folder) => existsSync(folder) && readdirSync(folder).length > 0)
  if (!isUsed) return
  throw new PerchError('profile-in-use', `agent: the profile ${name} holds a login or files of its agent`, {
    hint: 'Make another profile for the other agent: perch profile add NAME --agent AGENT',
  })
}

/** Keeps the file as it was, under one name: the latest that had comments. */
function keepCommented({ root }: ProfileFolders, text: string): string {
  const path = join(root, 'profile.toml.before')
  writeFileAtomic(path, text)
  return `profile.toml was rewritten without its comments; as it was before it is kept in ${path}`
}
