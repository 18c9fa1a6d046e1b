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
    details: ['Of all profiles, or of one. Never what is in a file: only its name, where it went and why.'],
    positionals: [NAME],
    options: { limit: { short: 'n', value: 'N', summary: 'so many of the newest; 200 when absent' } },
    load: () => import('../verbs/sync-log.js'),
  },
  {
    name: 'sync resolve',
    summary: 'what lost a conflict and was kept, and taking it after all',
    details: [
      'Without --take it lists what is kept, of one profile or of all, and with an ID everything about that one. What is open waits for a decision; what is decided is there so that it can be undone; a leftover was only not thrown away.',
      'With --take kept the kept copy is put in place and the current one is kept in its turn; with --take current the kept copy goes. The beginning of an ID is enough. The login of a profile is only exchanged while it has no session.',
    ],
    positionals: [NAME, { name: 'ID', optional: true, repeatable: true }],
    options: {
      take: { value: 'SIDE', summary: 'kept or current' },
      all: { summary: 'instead of an ID: every open one' },
    },
    load: () => import('../verbs/sync-resolve.js'),
  },
]
