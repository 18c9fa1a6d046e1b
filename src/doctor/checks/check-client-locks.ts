/** Locks that an agent left behind when it was killed: the next start waits for them until they are stale, and some for good. */
import { lstatSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { agentNamed, knownAgents } from '../../agents/known-agents.js'
import { errnoOf } from '../../platform/perch-error.js'
import { profileFolders } from '../../profiles/profile-definition.js'
import { runtimeLiveness } from '../../runtime/liveness/runtime-liveness.js'
import { type LockFolder, lockFolders } from '../../runtime/locks/client-locks.js'
import { type Examination, type ReadableProfile, readableProfiles } from '../examination.js'
import type { Finding } from '../finding.js'

export function checkClientLocks(examination: Examination): readonly Finding[] {
  return readableProfiles(examination).flatMap((listed) => checkLocksOf(examination, listed))
}

function checkLocksOf({ paths, home }: Examination, { name, profile }: ReadableProfile): readonly Finding[] {
  const agent = agentNamed(profile.agent, knownAgents(paths))
  const { relocation } = agent
  if (relocation === null || profile.plainHome) return []
  const request = { paths, profile, agent, home }
  const config = join(profileFolders(paths, name).runtime, relocation.within)
  const documents = relocation.documents.flatMap(({ name, lockStaleMs }) =>
    lockStaleMs === null ? [] : [{ path: join(config, `${name}.lock`), staleMs: lockStaleMs }],
  )
  const stale = [...lockFolders({ config }, relocation.credential.locks), ...documents].filter(isStale)
  // Whoever is alive may hold one that only looks old: a machine that slept makes them all so.
  if (stale.length === 0 || runtimeLiveness(request) !== 'dead') return []
  return stale.map(({ path }) => ({
    code: 'client-lock-stale',
    level: 'warning',
    subject: path,
    text: `${agent.title} was killed while it held this lock of the profile ${name}`,
    meaning: 'Its next start waits for it: 12 seconds were measured.',
    fix: `rmdir '${path}'`,
    repair: () => rmdirSync(path),
  }))
}

function isStale({ path, staleMs }: LockFolder): boolean {
  try {
    const stat = lstatSync(path)
    return stat.isDirectory() && Date.now() - stat.mtimeMs > staleMs
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return false
    throw error
  }
}
