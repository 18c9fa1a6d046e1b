/** The verbs that wait for the end of sessions, bring it about, and clear up after it, as data. */
import type { VerbDefinition, VerbOption } from '../verb.js'

const SESSION = { name: 'SESSION' } as const

const LABEL: VerbOption = { value: 'K=V', repeatable: true, summary: 'only with this label; may be repeated' }

export const endingVerbs: readonly VerbDefinition[] = [
  {
    name: 'wait',
    summary: 'wait until a session ends, or for something in its output',
    details: [
      'By itself it exits with the code of the session, 128 + n for signal n. With --idle or --pattern: 0 when that came, 1 when the session ended first. Always 124 after --timeout.',
      '--idle counts from now or from the last output since, so one that has been quiet for long takes that time once more.',
      '--pattern is a JavaScript regular expression; ^ and $ are the ends of a line, . is no line end, and of a terminal it sees the text without escape sequences. It finds what is at most 65536 characters long, within one stream.',
      'With both, the pattern first and silence after it.',
    ],
    positionals: [SESSION],
    options: {
      idle: { value: 'T', summary: 'until it has written nothing for so long (2s)' },
      pattern: { value: 'REGEX', summary: 'until this is in what it writes from now on' },
      from: { value: 'WHERE', takes: ['tail:'], summary: 'look from an offset in bytes (0: everything) or tail:N on' },
      timeout: { value: 'T', summary: 'at most so long (30s, 5m), then exit 124' },
    },
    load: () => import('../verbs/wait.js'),
  },
  {
    name: 'kill',
    summary: 'end sessions: a soft signal, some grace, then SIGKILL',
    details: [
      'Returns when nothing of them is left. Several are ended at once; the exit code is that of the first that failed. Again with a shorter --grace shortens it.',
    ],
    positionals: [{ ...SESSION, takes: 'live-session', optional: true, repeatable: true }],
    options: {
      grace: { value: 'T', summary: 'time between the soft signal and SIGKILL (default 5s)' },
      all: { summary: 'every live session' },
      signal: { value: 'SIG', summary: 'send just this signal' },
    },
    load: () => import('../verbs/kill.js'),
  },
  {
    name: 'rm',
    summary: 'remove ended sessions and their logs',
    positionals: [{ ...SESSION, takes: 'ended-session', takesWith: { force: 'session' }, repeatable: true }],
    options: { force: { short: 'f', summary: 'end live ones first' } },
    load: () => import('../verbs/rm.js'),
  },
  {
    name: 'prune',
    summary: 'remove all ended sessions and their logs, or some of them',
    details: ['Prints how many. Live sessions are never touched.'],
    options: {
      older: { value: 'T', summary: 'only those that ended so long ago (12h, 7d)' },
      originator: { value: 'NAME', summary: 'only started by this one' },
      profile: { value: 'PROFILE', summary: 'only of this profile' },
      label: LABEL,
    },
    load: () => import('../verbs/prune.js'),
  },
]
