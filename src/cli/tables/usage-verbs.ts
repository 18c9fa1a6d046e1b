/** The verbs about what accounts use and have left, as data. */
import type { VerbDefinition } from '../verb.js'

export const usageVerbs: readonly VerbDefinition[] = [
  {
    name: 'usage',
    summary: 'what accounts have left and have used',
    details: [
      'For each profile the limits of its account as its agent last told them, with the time of their reset, and the tokens and cost of what ran under perch. Costs are the estimates of the agents themselves. perch asks no vendor: what no session told, it does not know.',
      'With --by also a row for each session, model, day or folder. Without --since everything that is kept is summed; limits are always the latest.',
    ],
    options: {
      profile: { short: 'p', value: 'PROFILE', summary: 'only of this profile' },
      by: { value: 'WHAT', takes: ['session', 'model', 'day', 'folder'], summary: 'rows by session, model, day or folder' },
      since: { value: 'T', summary: 'only what was used in the last T, such as 7d or 12h' },
      csv: { summary: 'the rows, or without --by the profiles, as comma-separated values' },
    },
    load: () => import('../verbs/usage.js'),
  },
  {
    name: 'usage import',
    summary: 'count what the transcripts of Claude Code tell and no session has told',
    details: [
      'For what ran before perch, or beside it. What a session of perch told itself is not counted again, and running it twice changes nothing. Transcripts tell tokens and no cost.',
      'Transcripts are shared by all profiles and do not tell the account: a conversation counts for the profile of the session of perch that had it, and otherwise for the profile default, which is the plain home.',
    ],
    load: () => import('../verbs/usage-import.js'),
  },
]
