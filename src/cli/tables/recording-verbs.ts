/** The verbs that make and play recordings, as data. */
import type { VerbDefinition } from '../verb.js'
import { DETACH_KEYS } from './session-verbs.js'

export const recordingVerbs: readonly VerbDefinition[] = [
  {
    name: 'record export',
    summary: 'what a session wrote, as an asciinema recording (version 2)',
    details: [
      'Of a session that runs or has ended, with the times and sizes of its log: what it wrote, never what was typed. FILE is for its owner only and appears whole; - is standard output.',
      'Of a session of pipes it has stdout and stderr by their times, with line feeds as CR LF, in 80x24.',
      'What the log does not hold any more is told on stderr.',
      'Examples: perch record export build demo.cast; perch record export 3f - | gzip > 3f.cast.gz',
    ],
    positionals: [{ name: 'SESSION' }, { name: 'FILE' }],
    options: { force: { summary: 'replace FILE if it is there' } },
    load: () => import('../verbs/record-export.js'),
  },
  {
    name: 'replay',
    summary: 'play an asciinema recording (version 2) on this terminal',
    details: [
      'Space pauses and goes on, . shows the next piece while paused; q, Ctrl-C and the detach key end it. FILE of - is standard input.',
      'Without a terminal on standard output it prints what the recording shows, without waiting.',
      'Examples: perch replay demo.cast --speed 2; zcat demo.cast.gz | perch replay -',
    ],
    positionals: [{ name: 'FILE' }],
    options: {
      speed: { value: 'N', summary: 'so many times as fast: 2, 0.5' },
      'idle-limit': { value: 'DURATION', summary: 'no pause is longer than this (default 2s; 0 for no limit)' },
      'detach-keys': DETACH_KEYS,
    },
    load: () => import('../verbs/replay.js'),
  },
]
