/** Runs one step of a runtime's life in a process of its own, which a failpoint may kill. Bundled and started by the tests. */
import { setTimeout as sleep } from 'node:timers/promises'
import { perchPaths } from '../../src/platform/paths.js'
import { messageOf, PerchError } from '../../src/platform/perch-error.js'
import { profileFolders } from '../../src/profiles/profile-definition.js'
import { withProfileLock } from '../../src/profiles/profile-lock.js'
import { readProfile } from '../../src/profiles/store.js'
import { acquireRuntime } from '../../src/runtime/acquire.js'
import { newCredentialPatience } from '../../src/runtime/credentials/credential-patience.js'
import { LOGOUT_AFTER_MS } from '../../src/runtime/credentials/credential-waits.js'
import { healCredential } from '../../src/runtime/credentials/heal-credential.js'
import { withSharedHomeLock } from '../../src/runtime/locks/shared-home-lock.js'
import { collectDeadLeases, releaseRuntime } from '../../src/runtime/release.js'
import { openRuntimeContext, type RuntimeContext, type RuntimeRequest } from '../../src/runtime/runtime-context.js'
import { standingLinkMode } from '../../src/runtime/tree/index-file.js'
import { syncMirror } from '../../src/runtime/tree/mirror/sync-mirror.js'
import { syncLinks } from '../../src/runtime/tree/sync-links.js'
import { builtInAgent } from '../kit/built-in-agents.js'
import { driveLiveSync } from './drive-live-sync.js'
import { driveSession } from './drive-session.js'

const [action, home = '', name = '', leaseId = '', session = ''] = process.argv.slice(2)

async function run(): Promise<unknown> {
  const paths = perchPaths(process.env)
  if (action === 'live') return await driveLiveSync(paths, home)
  const profile = readProfile(paths, name, {})
  const request = { paths, profile, agent: builtInAgent(profile.agent), home }
  if (action === 'acquire') return await acquireRuntime({ ...request, leaseId, env: process.env })
  if (action === 'session') return await driveSession({ ...request, leaseId, env: process.env }, session)
  if (action === 'settle') return await settle(request)
  if (action === 'release') return await releaseRuntime({ ...request, leaseId })
  if (action === 'heal') return await live(request, heal)
  if (action === 'sync') {
    return await live(request, (context) => withSharedHomeLock(context, async () => syncLinks(context, 'all')))
  }
  return await collectDeadLeases(request)
}

/** What the daemon's engine does for a runtime that stands: under the profile's lock. */
async function live(request: RuntimeRequest, look: (context: RuntimeContext) => Promise<unknown>): Promise<unknown> {
  const { relocation } = request.agent
  if (relocation === null) return null
  const mode = standingLinkMode(profileFolders(request.paths, name)) ?? 'link'
  return await withProfileLock(request.paths, name, () => look(openRuntimeContext(request, relocation, mode)))
}

/** Looks as often as it is asked to, by a clock on which the wait for a logout is over at the next look. */
async function heal(context: RuntimeContext): Promise<unknown> {
  let nowMs = 0
  const patience = newCredentialPatience(() => (nowMs += LOGOUT_AFTER_MS))
  let outcome = await healCredential(context, patience)
  for (let looks = 1; looks < 5 && outcome.state === 'waiting'; looks += 1) outcome = await healCredential(context, patience)
  return outcome
}

/** Passes of the mirror until nothing waits. */
async function settle(request: RuntimeRequest): Promise<unknown> {
  const { relocation } = request.agent
  if (relocation === null) throw new Error('the agent has no config folder')
  const context = openRuntimeContext(request, relocation, 'copy')
  for (;;) {
    const outcome = await syncMirror(context, 'all')
    if (outcome.state !== 'waiting') return outcome
    await sleep(outcome.againInMs)
  }
}

// From here on a kill meets perch at work, not the start of Node.
process.stdout.write('begins\n')
run().then(
  (result) => process.stdout.write(JSON.stringify({ result })),
  (error: unknown) => {
    const code = error instanceof PerchError ? error.code : null
    process.stdout.write(JSON.stringify({ error: { code, message: messageOf(error) } }))
  },
)
