/** Runs one step of a runtime's life in a process of its own, which a failpoint may kill. Bundled and started by the tests. */
import { agentNamed } from '../../src/agents/registry.js'
import { perchPaths } from '../../src/platform/paths.js'
import { messageOf, PerchError } from '../../src/platform/perch-error.js'
import { readProfile } from '../../src/profiles/store.js'
import { acquireRuntime } from '../../src/runtime/acquire.js'
import { collectDeadLeases, releaseRuntime } from '../../src/runtime/release.js'
import { driveLiveSync } from './drive-live-sync.js'
import { driveSession } from './drive-session.js'

const [action, home = '', name = '', leaseId = '', session = ''] = process.argv.slice(2)

async function run(): Promise<unknown> {
  const paths = perchPaths(process.env)
  if (action === 'live') return await driveLiveSync(paths, home)
  const profile = readProfile(paths, name, {})
  const request = { paths, profile, agent: agentNamed(profile.agent), home }
  const { PERCH_LINK_MODE } = process.env
  const acquire = { ...request, leaseId, env: { PERCH_LINK_MODE } }
  if (action === 'acquire') return await acquireRuntime(acquire)
  if (action === 'session') return await driveSession(acquire, session)
  if (action === 'release') return await releaseRuntime({ ...request, leaseId })
  return await collectDeadLeases(request)
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
