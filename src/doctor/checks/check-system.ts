/** What this machine allows: watched folders, open files, and whether sessions survive the end of a login session. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { openFilesLimitOf } from '../../platform/process/open-files-limit.js'
import type { Examination } from '../examination.js'
import type { Finding } from '../finding.js'

/** A runtime watches about ten folders; editors and other tools of the person share the limit. */
const WATCHES_WANTED = 8_192
const WATCHERS_WANTED = 64
/** A daemon with a hundred sessions holds about four hundred. */
const FILES_WANTED = 1_024
const LOGINCTL_MS = 5_000

export function checkSystem({ env }: Examination): readonly Finding[] {
  if (process.platform !== 'linux') return []
  return [
    ...checkNumber('max_user_watches', WATCHES_WANTED, 'watch-limit'),
    ...checkNumber('max_user_instances', WATCHERS_WANTED, 'watcher-limit'),
    ...checkOpenFiles(),
    ...checkLogout(env),
  ]
}

function checkNumber(name: string, wanted: number, code: string): readonly Finding[] {
  const value = Number(readIfPresent(`/proc/sys/fs/inotify/${name}`) ?? Number.NaN)
  if (!(value < wanted)) return []
  return [
    {
      code,
      level: 'warning',
      subject: null,
      text: `fs.inotify.${name} is ${value}`,
      meaning: 'Where no more can be watched, perch looks for changes every few seconds instead of at once.',
      fix: `sudo sysctl fs.inotify.${name}=${wanted * 8}`,
    },
  ]
}

function checkOpenFiles(): readonly Finding[] {
  const limit = openFilesLimitOf(process.ppid)
  if (limit === undefined || limit >= FILES_WANTED) return []
  return [
    {
      code: 'open-files-limit',
      level: 'warning',
      subject: null,
      text: `this shell allows ${limit} open files`,
      meaning: 'Programs that are started from it have the same limit.',
      fix: `ulimit -n ${FILES_WANTED}`,
    },
  ]
}

/** logind ends what is left of a login session when it is told to, unless the user lingers. */
function checkLogout(env: NodeJS.ProcessEnv): readonly Finding[] {
  if (!existsSync('/run/systemd/system')) {
    return [
      {
        code: 'logout',
        level: 'note',
        subject: null,
        text: 'there is no systemd here: sessions survive the end of an SSH login',
        meaning: null,
        fix: null,
      },
    ]
  }
  const answer = loginctl(['show-user', userInfo().username, '--property=Linger', '--property=KillProcesses'], env)
  const kills = loginctl(['show', '--property=KillUserProcesses'], env)
  const lingers = answer?.includes('Linger=yes') ?? false
  if (lingers || kills?.includes('KillUserProcesses=no')) {
    const why = lingers ? 'you linger' : 'logind leaves processes alone (KillUserProcesses=no)'
    return [
      {
        code: 'logout',
        level: 'note',
        subject: null,
        text: `sessions survive the end of an SSH login: ${why}`,
        meaning: null,
        fix: null,
      },
    ]
  }
  return [
    {
      code: 'logout',
      level: 'warning',
      subject: null,
      text:
        kills === undefined
          ? 'it cannot be told whether sessions survive a logout'
          : 'sessions end with your login (KillUserProcesses=yes)',
      meaning: 'systemd ends what a login session has started when the last login ends.',
      fix: 'loginctl enable-linger',
    },
  ]
}

function loginctl(args: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  try {
    return execFileSync('loginctl', [...args], {
      env,
      encoding: 'utf8',
      timeout: LOGINCTL_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    // Not there, no bus, or no such user: nothing is known.
    return undefined
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
