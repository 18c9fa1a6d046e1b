/** The verbs that make and play recordings, as data. */
import type { VerbDefinition } from '../verb.js'

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
]
