/** The manager that reads the file of a service, and runs the daemon by it: `systemctl --user`, or `launchctl`. */
import { execFile } from 'node:child_process'
import { existsSync, lstatSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { removeEmptyFolder } from '../../platform/files/remove-empty-folder.js'
import { errnoOf, messageOf, PerchError } from '../../platform/perch-error.js'
import { AGENT_LABEL } from './launchd-agent.js'
import type { ServiceDefinition } from './service-definition.js'
import { UNIT_NAME } from './systemd-unit.js'

/** A manager that is busy starting the person's other services answers late. */
const MANAGER_TIMEOUT_MS = 60_000

export interface ServiceManager {
  /** Whether there is one that can be asked. */
  answers(): Promise<boolean>
  /** Whether it runs the daemon. */
  isRunning(): Promise<boolean>
  /** Makes it run the daemon now and from now on. @throws PerchError `service-failed` */
  start(): Promise<void>
  /** Makes it end the daemon and forget it. @throws PerchError `service-failed` */
  stop(): Promise<void>
  /** Removes what it made beside the file: needs no manager, and leaves nothing to do after `stop`. */
  dropLinks(): void
  /** After the file is gone. @throws PerchError `service-failed` */
  forget(): Promise<void>
  /** For the person, who may want to look. */
  readonly statusCommand: string
}

export function serviceManager(service: ServiceDefinition, env: NodeJS.ProcessEnv): ServiceManager {
  return service.manager === 'systemd' ? systemd(service, env) : launchd(service, env)
}

function systemd({ path }: ServiceDefinition, env: NodeJS.ProcessEnv): ServiceManager {
  const ask = (...args: readonly string[]) => succeeds('systemctl', ['--user', ...args], env)
  const order = (...args: readonly string[]) => run('systemctl', ['--user', ...args], env)
  return {
    answers: () => ask('show-environment'),
    isRunning: () => ask('is-active', '--quiet', UNIT_NAME),
    start: async () => {
      await order('daemon-reload')
      await order('enable', UNIT_NAME)
      await order('restart', UNIT_NAME)
    },
    stop: () => order('disable', '--now', UNIT_NAME),
    dropLinks: () => {
      const wants = join(dirname(path), 'default.target.wants')
      const link = join(wants, UNIT_NAME)
      if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(link)
      if (existsSync(wants)) removeEmptyFolder(wants)
    },
    forget: () => order('daemon-reload'),
    statusCommand: `systemctl --user status ${UNIT_NAME}`,
  }
}

function launchd({ path }: ServiceDefinition, env: NodeJS.ProcessEnv): ServiceManager {
  const domain = `gui/${userInfo().uid}`
  const leave = () => succeeds('launchctl', ['bootout', `${domain}/${AGENT_LABEL}`], env)
  return {
    answers: () => succeeds('launchctl', ['print', domain], env),
    isRunning: () => succeeds('launchctl', ['print', `${domain}/${AGENT_LABEL}`], env),
    start: async () => {
      await leave()
      await run('launchctl', ['bootstrap', domain, path], env)
    },
    stop: async () => void (await leave()),
    dropLinks: () => undefined,
    forget: async () => undefined,
    statusCommand: `launchctl print ${domain}/${AGENT_LABEL}`,
  }
}

async function succeeds(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  try {
    await promisify(execFile)(program, args, { env, timeout: MANAGER_TIMEOUT_MS })
    return true
  } catch {
    return false
  }
}

async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await promisify(execFile)(program, args, { env, timeout: MANAGER_TIMEOUT_MS })
  } catch (cause) {
    const said = typeof cause === 'object' && cause !== null && 'stderr' in cause ? String(cause.stderr).trim() : ''
    const why = errnoOf(cause) === 'ENOENT' ? 'it is not installed' : said || messageOf(cause)
    throw new PerchError('service-failed', `${program} ${args.join(' ')} failed: ${why}`, {
      cause,
      hint: 'Nothing depends on it: any command starts the daemon.',
    })
  }
}
