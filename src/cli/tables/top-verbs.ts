/** The verb of the dashboard, as data. */
import type { VerbDefinition } from '../verb.js'

export const topVerbs: readonly VerbDefinition[] = [
  {
    name: 'top',
    summary: 'the live dashboard; also perch alone, on a terminal',
    details: [
      'Profiles with what is left of their allowances, and sessions with what they do, who needs you first.',
      'Enter attaches to the selected session, and the detach key returns. ? lists the keys.',
    ],
    load: () => import('../verbs/top.js'),
  },
]
