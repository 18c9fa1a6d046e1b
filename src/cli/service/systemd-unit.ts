/**
 * The user unit of systemd. It runs the same program that commands start, in the foreground; a daemon that runs already makes
 * it end at once with 0, which is no failure. Pure.
 */
import { join } from 'node:path'
import type { ServiceDefinition, ServiceProgram } from './service-definition.js'

export const UNIT_NAME = 'perchd.service'

/** `folder` is where the user's units lie. */
export function systemdUnit(folder: string, program: ServiceProgram): ServiceDefinition {
  return {
    manager: 'systemd',
    path: join(folder, UNIT_NAME),
    text: (madeFolder) => unitText(program, madeFolder),
    madeFolderOf: (text) => {
      if (!text.startsWith(FIRST_LINE)) return undefined
      const recorded = /^MadeFolder=(.*)$/m.exec(text)?.[1]
      return recorded === undefined ? null : String(JSON.parse(recorded))
    },
  }
}

const FIRST_LINE = '# Written by perch daemon install, removed by perch daemon uninstall.'

/**
 * `KillMode`, `OOMPolicy`, `TasksMax`: the hosts of sessions are processes of the daemon's group to systemd, and neither its
 * end nor an agent that ran out of memory may end them. A section that begins with `X-` is nobody's but its writer's.
 */
function unitText({ argv, env }: ServiceProgram, madeFolder: string | null): string {
  const variables = Object.entries(env).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`)
  return `${[
    FIRST_LINE,
    '[Unit]',
    'Description=perch daemon (sessions of coding agents)',
    'StartLimitIntervalSec=60',
    'StartLimitBurst=5',
    '',
    '[Service]',
    'Type=exec',
    `ExecStart=${argv.map((word) => quoted(word).replaceAll('$', '$$$$')).join(' ')}`,
    'WorkingDirectory=/',
    ...variables,
    'Restart=on-failure',
    'RestartSec=1',
    'KillMode=process',
    'OOMPolicy=continue',
    'TasksMax=infinity',
    '',
    '[Install]',
    'WantedBy=default.target',
    ...(madeFolder === null ? [] : ['', '[X-Perch]', `MadeFolder=${JSON.stringify(madeFolder)}`]),
  ].join('\n')}\n`
}

/** Between double quotes systemd knows the escapes of C, and `%` begins a specifier. */
function quoted(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
  return `"${escaped}"`
}
