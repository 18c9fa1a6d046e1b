/** How alive a runtime is for somebody who only asks: nothing is made, locked or dropped. */
import { join } from 'node:path'
import { namesIn } from '../../platform/files/names-in.js'
import type { Liveness } from '../../platform/process/process-identity.js'
import { profileFolders } from '../../profiles/profile-definition.js'
import { hasRuntime, type RuntimeRequest } from '../runtime-context.js'
import { leases, listedByClient } from './liveness.js'
import { findProcessUsing } from './process-scan.js'

/** `dead` for a profile that has no runtime, or has none now. */
export function runtimeLiveness(request: RuntimeRequest): Liveness {
  const { relocation } = request.agent
  if (relocation === null || !hasRuntime(request)) return 'dead'
  const folders = profileFolders(request.paths, request.profile.name)
  const states = leases({ folders }).map(({ liveness }) => liveness)
  if (states.includes('alive')) return 'alive'
  const leased: Liveness = states.includes('unknown') ? 'unknown' : 'dead'
  if (namesIn(folders.runtime).length === 0) return leased
  const found = findProcessUsing(folders.runtime)
  const config = join(folders.runtime, relocation.within)
  if (found.kind === 'used' || listedByClient({ folders, relocation, config }).inUse) return 'alive'
  return found.kind === 'unknown' ? 'unknown' : leased
}
