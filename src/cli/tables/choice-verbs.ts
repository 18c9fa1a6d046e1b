/** The verbs that choose which profile is used, as data. */
import type { VerbDefinition } from '../verb.js'

const DIR = { name: 'DIR', optional: true } as const

export const choiceVerbs: readonly VerbDefinition[] = [
  {
    name: 'use',
    summary: 'choose the default profile, or tell which it is',
    details: [
      'It is used where no profile is asked for, PERCH_PROFILE is not set, and no folder around has a rule.',
      '"perch use default" goes back to the built-in one: the first agent found, on its plain home.',
    ],
    positionals: [{ name: 'NAME', optional: true }],
    load: () => import('../verbs/use.js'),
  },
  {
    name: 'map',
    summary: 'use a profile in a folder and everything below it, or list these rules',
    details: [
      'DIR is this folder when left out. The rule of the nearest folder counts; a folder has one, and a new one takes its place.',
      'Rules are kept in your own state folder. Nothing inside a folder can choose a profile for you.',
      'Examples: perch map client-a ~/src/client-a; perch map default ~/src/client-a/oss; perch map',
    ],
    positionals: [{ name: 'NAME', optional: true }, DIR],
    load: () => import('../verbs/map.js'),
  },
  {
    name: 'unmap',
    summary: 'take the rule of a folder away, also of one that is gone',
    positionals: [DIR],
    load: () => import('../verbs/unmap.js'),
  },
  {
    name: 'which',
    summary: 'the profile that would be used here',
    details: ['An argument or --profile of a command comes first, then PERCH_PROFILE, the rule of a folder, the default.'],
    options: { explain: { summary: 'and why: every rule, and which one decides' } },
    load: () => import('../verbs/which.js'),
  },
]
