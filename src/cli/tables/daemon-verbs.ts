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
]
