/** The verbs that work with sessions, as data. */
import { DEFAULT_DETACH_KEYS } from '../terminal/detach-key-names.js'
import type { VerbDefinition, VerbOption } from '../verb.js'

const SESSION = { name: 'SESSION' } as const

const STREAM: VerbOption = { value: 'STREAM', summary: 'pty, stdout or stderr only' }

export const DETACH_KEYS: VerbOption = { value: 'KEYS', summary: `what detaches (default ${DEFAULT_DETACH_KEYS})` }

export const sessionVerbs: readonly VerbDefinition[] = [
  {
    name: 'attach',
    summary: 'come back to a session; Ctrl-\\ leaves it running',
    details: [
      'SESSION is an id, the beginning of one, or a name. Without it: the only live session, or the latest one of this folder.',
      'Exits with the code of the session when that ends, 0 when you detach, 4 when somebody else takes over.',
    ],
    positionals: [{ ...SESSION, optional: true }],
    options: {
      view: { summary: 'look only: no input, no size' },
      steal: { summary: 'take over from whoever is attached' },
      stream: STREAM,
      from: { value: 'WHERE', summary: 'screen, live, tail:N (lines) or an offset in bytes' },
      stdin: { summary: 'of a session of pipes: send standard input on' },
      'detach-keys': DETACH_KEYS,
    },
    load: () => import('../verbs/attach.js'),
  },
  {
    name: 'ls',
    summary: 'the sessions that run',
    options: {
      all: { short: 'a', summary: 'also those that have ended' },
      label: { value: 'K=V', repeatable: true, summary: 'only with this label' },
      profile: { value: 'PROFILE', summary: 'only of this profile' },
    },
    load: () => import('../verbs/ls.js'),
  },
  {
    name: 'show',
    summary: 'everything about a session',
    positionals: [SESSION],
    load: () => import('../verbs/show.js'),
  },
  {
    name: 'logs',
    summary: 'what a session wrote',
    details: [
      'Into a file or a pipe the bytes come as they are; on a terminal without what would move its cursor (but see --raw).',
    ],
    positionals: [SESSION],
    options: {
      follow: { short: 'f', summary: 'go on until it ends' },
      stream: STREAM,
      from: { value: 'WHERE', summary: 'an offset in bytes, tail:N (lines), or live' },
      raw: { summary: 'the bytes as they are, also on a terminal' },
    },
    load: () => import('../verbs/logs.js'),
  },
  {
    name: 'send',
    summary: 'write input to a session; prints how many bytes it took',
    details: ['Several TEXTs are sent with a space between them. What begins with a dash goes after --.'],
    positionals: [SESSION, { name: 'TEXT', optional: true, repeatable: true }],
    options: {
      enter: { summary: 'then press Enter' },
      stdin: { summary: 'then everything from standard input' },
      eof: { summary: 'then end its input' },
    },
    load: () => import('../verbs/send.js'),
  },
  {
    name: 'resize',
    summary: 'change the size of its terminal',
    positionals: [SESSION, { name: 'COLSxROWS' }],
    load: () => import('../verbs/resize.js'),
  },
  {
    name: 'wait',
    summary: 'wait until a session ends; exits with its code',
    positionals: [SESSION],
    options: { timeout: { value: 'T', summary: 'at most so long (30s, 5m), then exit 124' } },
    load: () => import('../verbs/wait.js'),
  },
  {
    name: 'kill',
    summary: 'end sessions: a soft signal, some grace, then SIGKILL',
    positionals: [{ ...SESSION, optional: true, repeatable: true }],
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
    positionals: [{ ...SESSION, repeatable: true }],
    options: { force: { short: 'f', summary: 'end live ones first' } },
    load: () => import('../verbs/rm.js'),
  },
]
