/** The service of this person on this machine: which manager, which file, which program. */
import { isAbsolute, join } from 'node:path'
import { bundlePath } from '../../platform/bundles.js'
import { homeFolder } from '../../platform/paths.js'
import { PerchError } from '../../platform/perch-error.js'
import { PERCH_PROCESS_VARIABLE } from '../../platform/process/spawn-detached.js'
import { launchdAgent } from './launchd-agent.js'
import type { ServiceDefinition, ServiceProgram } from './service-definition.js'
import { serviceEnvironment } from './service-environment.js'
import { systemdUnit } from './systemd-unit.js'

/** @throws PerchError `platform-unsupported` */
export function personService(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): ServiceDefinition {
  const program: ServiceProgram = {
    argv: [process.execPath, bundlePath('perchd')],
    env: { ...serviceEnvironment(env), [PERCH_PROCESS_VARIABLE]: 'perchd' },
  }
  const home = homeFolder(env)
  if (platform === 'linux') {
    const { XDG_CONFIG_HOME: config } = env
    return systemdUnit(join(config && isAbsolute(config) ? config : join(home, '.config'), 'systemd/user'), program)
  }
  if (platform === 'darwin') return launchdAgent(join(home, 'Library/LaunchAgents'), program)
  throw new PerchError('platform-unsupported', `perch knows no service manager on ${platform}`, {
    hint: 'None is needed: any command starts the daemon.',
  })
}
