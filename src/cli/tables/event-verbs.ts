/** The verb that tells what happens, as data. */
import type { VerbDefinition } from '../verb.js'

export const eventVerbs: readonly VerbDefinition[] = [
  {
    name: 'events',
    summary: 'what happens to sessions, as it happens',
    details: [
      'Every event has a number, one above that of the event before it. With --json each line is a document.',
      'Goes on when the daemon is replaced, and waits while it is stopped. Ctrl-C ends it.',
    ],
    options: {
      since: { value: 'N', summary: 'first all events after number N; 0 for all there are' },
      'no-follow': { summary: 'end at the last event there is' },
    },
    load: () => import('../verbs/events.js'),
  },
]
