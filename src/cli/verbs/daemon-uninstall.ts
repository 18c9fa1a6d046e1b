/** `perch daemon uninstall`: takes back what `perch daemon install` did, also where the service manager is gone meanwhile. */
import type { VerbResult } from '../result.js'
import { personService } from '../service/person-service.js'
import { readServiceFile, removeServiceFile } from '../service/service-file.js'
import { serviceManager } from '../service/service-manager.js'
import type { CliContext, Invocation } from '../verb.js'

export async function run(_: Invocation, { env }: CliContext): Promise<VerbResult> {
  const service = personService(env)
  const stored = readServiceFile(service)
  if (stored.kind === 'none') {
    return { shown: { kind: 'lines', lines: ['The daemon is not installed as a service.'] }, document: { removed: [] } }
  }
  const manager = serviceManager(service, env)
  const isThere = await manager.answers()
  if (isThere) await manager.stop()
  manager.dropLinks()
  removeServiceFile(service, stored)
  if (isThere) await manager.forget()
  const line = `${service.path} is removed. Sessions go on; any command starts the daemon.`
  return { shown: { kind: 'lines', lines: [line] }, document: { removed: [service.path] } }
}
