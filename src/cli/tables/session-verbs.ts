/** The verbs that work with sessions, as data. */
import { DEFAULT_DETACH_KEYS } from '../terminal/detach-key-names.js'
import type { VerbDefinition, VerbOption } from '../verb.js'

const SESSION = { name: 'SESSION' } as const

const LIVE_SESSION = { ...SESSION, takes: 'live-session' } as const

const LABEL: VerbOption = { value: 'K=V', repeatable: true, summary: 'only with this label; may be repeated' }

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
    positionals: [{ ...LIVE_SESSION, optional: true }],
    options: {
      view: { summary: 'look only: no input, no size' },
      steal: { summary: 'take over from whoever is attached' },
      stream: STREAM,
      from: { value: 'WHERE', takes: ['screen', 'live', 'tail:'], summary: 'screen, live, tail:N (lines) or an offset in bytes' },
      stdin: { summary: 'of a session of pipes: send standard input on' },
      'detach-keys': DETACH_KEYS,
    },
    load: () => import('../verbs/attach.js'),
  },
  {
    name: 'next',
    summary: 'attach the session that needs you and has waited longest',
    details: [
      'Sessions that wait, ask for a permission or have reached a limit; what you have seen and left as it is comes last.',
      'Exits with 1 when none does, otherwise as perch attach.',
    ],
    options: { 'detach-keys': DETACH_KEYS },
    load: () => import('../verbs/next.js'),
  },
  {
    name: 'ls',
    summary: 'the sessions that run',
    options: {
      all: { short: 'a', summary: 'also those that have ended' },
      label: LABEL,
      profile: { value: 'PROFILE', summary: 'only of this profile' },
      originator: { value: 'NAME', summary: 'only started by this one' },
      attention: { value: 'ATTENTION', summary: 'only those that are working, waiting, permission, idle or limit' },
      'needs-you': { summary: 'only those that are waiting, permission or limit' },
      state: { value: 'STATE', summary: 'starting, running, exited or lost, also ended ones' },
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
    name: 'detach',
    summary: 'end the attachment of somebody else; the session goes on',
    details: [
      'ATTACHMENT is an id that perch show lists. Without it: whoever has the input, or the only one that looks. Their perch exits with 4.',
    ],
    positionals: [LIVE_SESSION, { name: 'ATTACHMENT', optional: true }],
    load: () => import('../verbs/detach.js'),
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
      from: { value: 'WHERE', takes: ['tail:', 'live'], summary: 'an offset in bytes, tail:N (lines), or live' },
      raw: { summary: 'the bytes as they are, also on a terminal' },
    },
    load: () => import('../verbs/logs.js'),
  },
  {
    name: 'screen',
    summary: 'what its terminal shows now, as text',
    details: ['Of a session that has ended: what it showed at its end.'],
    positionals: [SESSION],
    options: { ansi: { summary: 'with its colours' } },
    load: () => import('../verbs/screen.js'),
  },
  {
    name: 'send',
    summary: 'write input to a session; prints how many bytes it took',
    details: [
      'Several TEXTs are sent with a space between them. What begins with a dash goes after --.',
      'Waits until the program has read it all, or its terminal or pipe has room for it; Ctrl-C gives up the rest and says how much was taken.',
    ],
    positionals: [LIVE_SESSION, { name: 'TEXT', optional: true, repeatable: true }],
    options: {
      enter: { summary: 'then press Enter (a line feed on pipes)' },
      stdin: { summary: 'then everything from standard input, as bytes' },
      eof: { summary: 'then end its input (Ctrl-D on a terminal)' },
    },
    load: () => import('../verbs/send.js'),
  },
  {
    name: 'rename',
    summary: 'give a session another name',
    details: ['Also one that has ended. A live session has its name alone.'],
    positionals: [SESSION, { name: 'NAME', takes: 'anything' }],
    load: () => import('../verbs/rename.js'),
  },
  {
    name: 'resize',
    summary: 'change the size of its terminal',
    positionals: [LIVE_SESSION, { name: 'COLSxROWS' }],
    load: () => import('../verbs/resize.js'),
  },
]
