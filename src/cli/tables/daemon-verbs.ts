/** The verbs that work with the daemon, as data. Any other command starts it by itself. */
import type { VerbDefinition } from '../verb.js'

export const daemonVerbs: readonly VerbDefinition[] = [
  { name: 'daemon status', summary: 'whether the daemon runs', load: () => import('../verbs/daemon-status.js') },
  { name: 'daemon start', summary: 'start it', load: () => import('../verbs/daemon-start.js') },
  {
    name: 'daemon stop',
    summary: 'stop it until the next command needs it; sessions go on',
    load: () => import('../verbs/daemon-stop.js'),
  },
  {
    name: 'daemon restart',
    summary: 'replace it, after an upgrade; sessions go on',
    load: () => import('../verbs/daemon-restart.js'),
  },
  { name: 'daemon logs', summary: 'what it logged', load: () => import('../verbs/daemon-logs.js') },
  {
    name: 'daemon install',
    summary: 'have systemd or launchd start it with your login',
    details: [
      'Writes a user unit of systemd (perchd.service), or an agent of launchd on macOS, and starts it; a daemon that runs already gives way. None of this is needed: any command starts the daemon.',
      'It is for the folders of this environment (PERCH_HOME, XDG). After an upgrade of Node or a move of perch: once more.',
    ],
    load: () => import('../verbs/daemon-install.js'),
  },
  {
    name: 'daemon uninstall',
    summary: 'undo daemon install; sessions go on',
    load: () => import('../verbs/daemon-uninstall.js'),
  },
]
