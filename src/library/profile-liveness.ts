/** How alive a profile is, from its leases, the processes on its runtime, and the records of its sessions. Makes nothing. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { SessionRecord } from '../api/session-record.js'
import { readJsonIfPresent } from '../platform/files/atomic-file.js'
import { namesIn } from '../platform/files/names-in.js'
import type { PerchPaths } from '../platform/paths.js'
import { type Liveness, livenessOf } from '../platform/process/process-identity.js'
import { runtimeLiveness } from '../runtime/liveness/runtime-liveness.js'
import { checkOptions } from './check-options.js'
import { EnvironmentSchema, PathsSchema } from './common-options.js'
import type { LivenessOptions } from './has-live-session.js'
import { profileRequest } from './profile-request.js'

const LivenessOptionsSchema = v.strictObject({ env: v.optional(EnvironmentSchema), paths: v.optional(PathsSchema) })

/** As `hasLiveSession`. */
export function profileLiveness(name: string, given: LivenessOptions): Liveness {
  const profile = checkOptions('hasLiveSession', v.string(), name)
  const { env = process.env, ...options } = checkOptions('hasLiveSession', LivenessOptionsSchema, given)
  const request = profileRequest({ ...options, profile, env })
  const runtime = runtimeLiveness(request)
  if (runtime === 'alive') return 'alive'
  // A session on the agent's plain home holds no lease.
  return livelier(runtime, livenessOfSessions(request.paths, profile))
}

function livenessOfSessions(paths: PerchPaths, profile: string): Liveness {
  const sessions = join(paths.state, 'sessions')
  let liveness: Liveness = 'dead'
  for (const id of namesIn(sessions)) {
    liveness = livelier(liveness, livenessOfSession(join(sessions, id), profile))
    if (liveness === 'alive') return 'alive'
  }
  return liveness
}

function livenessOfSession(folder: string, profile: string): Liveness {
  if (existsSync(join(folder, 'exit.json'))) return 'dead'
  try {
    const record = v.safeParse(SessionRecord, readJsonIfPresent(join(folder, 'session.json')))
    // Not one that started, or of a perch that nobody here understands; the daemon lists it as broken.
    if (!record.success || record.output.profile !== profile) return 'dead'
    const { host, child } = record.output
    return livelier(livenessOf(host), child === null ? 'dead' : livenessOf(child))
  } catch {
    // Whose it is cannot be read.
    return 'unknown'
  }
}

function livelier(a: Liveness, b: Liveness): Liveness {
  if (a === 'alive' || b === 'alive') return 'alive'
  return a === 'unknown' || b === 'unknown' ? 'unknown' : 'dead'
}
