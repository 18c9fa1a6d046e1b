/** The verb that looks after perch itself, as data. */
import type { VerbDefinition } from '../verb.js'

export const doctorVerbs: readonly VerbDefinition[] = [
  {
    name: 'doctor',
    summary: 'what stands in the way of agents, profiles and sessions, and what to do about it',
    details: [
      'Looks at agents, profiles, logins, locks, settings, folders, processes and limits. Starts nothing and asks nobody.',
      'Each finding has a code in brackets that stays the same. Exits with 1 when there is a problem.',
    ],
    options: { fix: { summary: 'do what is safe: close folders to others, remove locks of agents that are gone' } },
    load: () => import('../verbs/doctor.js'),
  },
]
