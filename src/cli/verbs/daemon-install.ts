/**
 * `perch daemon install`: has the service manager of this person run the daemon. A daemon that runs already gives way to it;
 * sessions go on, and whoever is first has the daemon's lock as ever.
 */
import { existsSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopDaemon } from '../../client/stop-daemon.js'
import { isFileLockHeld, waitForFileLock } from '../../platform/files/file-lock.js'
import { preparePerchFolders } from '../../platform/files/safe-folder.js'
import { daemonLockPath, daemonStartLockPath, daemonStopMarkPath } from '../../platform/paths.js'
import { PerchError } from '../../platform/perch-error.js'
import type { VerbResult } from '../result.js'
import { personService } from '../service/person-service.js'
import type { ServiceDefinition } from '../service/service-definition.js'
import { readServiceFile, removeServiceFile, writeServiceFile } from '../service/service-file.js'
import { type ServiceManager, serviceManager } from '../service/service-manager.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run(_: Invocation, context: CliContext): Promise<VerbResult> {
  const { env, notice } = context
  const service = personService(env)
  const manager = serviceManager(service, env)
  const before = readServiceFile(service)
  if (!(await manager.answers())) throw noManager(service)
  const changed = writeServiceFile(service)
  let running = false
  try {
    running = (!changed && (await manager.isRunning())) || (await takeOver(manager, context))
  } catch (error) {
    // What does not work is not left lying there.
    const written = readServiceFile(service)
    if (before.kind === 'none' && written.kind === 'stored') removeServiceFile(service, written)
    throw error
  }
  if (!running) notice(`the daemon does not run yet; ${manager.statusCommand} tells why`)
  if (service.manager === 'systemd' && !lingers()) notice(LOGOUT)
  const line = `${service.path} ${changed ? 'is written' : 'was there'}: ${service.manager} runs the daemon. To look: ${manager.statusCommand}`
  return {
    shown: { kind: 'lines', lines: [line] },
    document: { service: { manager: service.manager, path: service.path, changed, running } },
  }
}

/** How long a start of the daemon by somebody else may take, and how long one by the manager. */
const START_TIMEOUT_MS = 15_000
const RUNNING_TIMEOUT_MS = 3_000
const POLL_MS = 20

/** Ends the daemon that runs and has the manager start one. Whether that one runs. */
async function takeOver(manager: ServiceManager, { paths, env }: CliContext): Promise<boolean> {
  preparePerchFolders(paths)
  // A host that has just lost its daemon would be quicker than the manager: it starts none while somebody else is starting one.
  const what = 'the start of the daemon'
  using _starting = await waitForFileLock(daemonStartLockPath(paths), { timeoutMs: START_TIMEOUT_MS, what })
  await stopDaemon(paths, env)
  // Whoever installs it wants a daemon, also after an earlier `perch daemon stop`.
  rmSync(daemonStopMarkPath(paths), { force: true })
  await manager.start()
  const deadline = performance.now() + RUNNING_TIMEOUT_MS
  while (!isFileLockHeld(daemonLockPath(paths))) {
    if (performance.now() >= deadline) return false
    await sleep(POLL_MS)
  }
  return true
}

/** The user manager, and what it started with it, ends at logout unless the person lingers. */
const LOGOUT =
  'sessions that are started from now on end when you log out of this machine, unless you run once: loginctl enable-linger'

function lingers(): boolean {
  return existsSync(join('/var/lib/systemd/linger', userInfo().username))
}

function noManager({ manager }: ServiceDefinition): PerchError {
  const program = manager === 'systemd' ? 'systemctl --user' : 'launchctl'
  return new PerchError('no-service-manager', `there is no service manager of yours here: ${program} does not answer`, {
    hint: 'Nothing was written, and nothing is needed: any command starts the daemon.',
  })
}
