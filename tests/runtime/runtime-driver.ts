/** Runs one step of a runtime's life in a process of its own, which a failpoint may kill. Bundled and started by the tests. */
import { setTimeout as sleep } from 'node:timers/promises'
import { agentNamed } from '../../src/agents/registry.js'
import { perchPaths } from '../../src/platform/paths.js'
import { messageOf, PerchError } from '../../src/platform/perch-error.js'
import { readProfile } from '../../src/profiles/store.js'
import { acquireRuntime } from '../../src/runtime/acquire.js'
import { collectDeadLeases, releaseRuntime } from '../../src/runtime/release.js'
import { openRuntimeContext, type RuntimeRequest } from '../../src/runtime/runtime-context.js'
import { syncMirror } from '../../src/runtime/tree/mirror/sync-mirror.js'

const [action, home = '', name = '', leaseId = ''] = process.argv.slice(2)

async function run(): Promise<unknown> {
  const paths = perchPaths(process.env)
  const profile = readProfile(paths, name, {})
  const request = { paths, profile, agent: agentNamed(profile.agent), home }
  if (action === 'acquire') return await acquireRuntime({ ...request, leaseId, env: process.env })
  if (action === 'settle') return await settle(request)
  if (action === 'release') return await releaseRuntime({ ...request, leaseId })
  return await collectDeadLeases(request)
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

run().then(
  (result) => process.stdout.write(JSON.stringify({ result })),
  (error: unknown) => {
    const code = error instanceof PerchError ? error.code : null
    process.stdout.write(JSON.stringify({ error: { code, message: messageOf(error) } }))
  },
)
