/** Whether the daemon runs, and is of this version. */
import { PERCH_VERSION } from '../../platform/bundles.js'
import type { Examination } from '../examination.js'
import type { Finding } from '../finding.js'

export function checkDaemon({ daemon, sessions }: Examination): readonly Finding[] {
  if (daemon === null) {
    return [
      {
        code: 'daemon-not-running',
        level: 'note',
        subject: null,
        text: 'the daemon does not run; any command that needs it starts it',
        meaning: null,
        fix: null,
      },
    ]
  }
  return [...checkVersion(daemon.version), ...checkHosts(sessions ?? [])]
}

function checkVersion(version: string): readonly Finding[] {
  if (version === PERCH_VERSION) return []
  return [
    {
      code: 'daemon-version',
      level: 'warning',
      subject: null,
      text: `the daemon is perch ${version}, and this is perch ${PERCH_VERSION}`,
      meaning: 'They work together, but what is new in one of them may not.',
      fix: 'perch daemon restart (sessions go on)',
    },
  ]
}

function checkHosts(sessions: NonNullable<Examination['sessions']>): readonly Finding[] {
  const hanging = sessions.filter(({ hostHangs }) => hostHangs)
  const lost = sessions.filter(({ state }) => state === 'lost')
  return [
    ...hanging.map(
      ({ id }): Finding => ({
        code: 'host-hangs',
        level: 'problem',
        subject: id,
        text: 'the host of this session does not answer',
        meaning: 'It is stopped, or the machine is overloaded. Nobody can attach until it goes on.',
        fix: `perch kill ${id} ends it in any case`,
      }),
    ),
    ...lost.map(
      ({ id }): Finding => ({
        code: 'session-lost',
        level: 'note',
        subject: id,
        text: 'this session was lost with its host; what it wrote is still there',
        meaning: null,
        fix: `perch logs ${id} shows it, perch rm ${id} removes it`,
      }),
    ),
  ]
}
