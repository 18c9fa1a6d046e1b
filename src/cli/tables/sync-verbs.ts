/** The verbs about what profiles share, as data. */
import type { VerbDefinition } from '../verb.js'

const NAME = { name: 'NAME', optional: true } as const

export const syncVerbs: readonly VerbDefinition[] = [
  {
    name: 'sync status',
    summary: 'what profiles share, whether it is in step, and what stands in the way',
    details: ['With the name of a profile every part of it: its login, its documents, and the tree of everything else.'],
    positionals: [NAME],
    load: () => import('../verbs/sync-status.js'),
  },
  {
    name: 'sync log',
    summary: 'what was merged, taken over and kept aside, newest last',
    positionals: [NAME],
    options: { limit: { short: 'n', value: 'N', summary: 'so many of the newest; 200 when absent' } },
    load: () => import('../verbs/sync-log.js'),
  },
  {
    name: 'sync resolve',
    summary: 'the conflicts of which the loser was kept, and deciding them otherwise',
    details: [
      'Without --take the open conflicts are listed, of one profile or of all. With it those named by their ids (or a beginning of them), or all of them, are decided: "kept" puts the copy that was kept in place and keeps the current one in its turn, "current" lets the kept copy go.',
      'A login is only exchanged while its profile has no session.',
    ],
    positionals: [NAME, { name: 'ID', optional: true, repeatable: true }],
    options: {
      take: { value: 'SIDE', summary: 'kept or current' },
      all: { summary: 'every open conflict' },
    },
    load: () => import('../verbs/sync-resolve.js'),
  },
]
